"""A run keeps what the model said, the program it wrote and the program that is executed; reasoning stands apart."""

from pathlib import Path

import pytest
from evalkit_fakes import CANARIES, CountingModel, RuleSandbox

from evalkit.config import load_experiment
from evalkit.results import load
from evalkit.run import proving
from evalkit.run import session as sessions
from evalkit.types import Completion, Job, Outcome, Request, StopReason, TokenTrace

REASONING, BLOCK = " leave zero alone.\n", "    return 2 * start_value\n"
ANSWER = f"{REASONING}```python\n{BLOCK}```\nDone."


class ReasoningModel(CountingModel):
    """Says the same each time; a token is a character, and reasoning surprises it more than code does."""

    def _answer(self, request: Request) -> Completion:
        logprobs = tuple(-9.0 if at < len(REASONING) else -0.5 for at in range(len(ANSWER)))
        ones = (1,) * len(ANSWER)
        trace = TokenTrace(ones, logprobs, logprobs, (0.25,) * len(ANSWER), ones, tuple(range(1, len(ANSWER) + 1)))
        return Completion(ANSWER, StopReason.EOS, 5, trace)


class RecordingSandbox(RuleSandbox):
    """Keeps the programs it is given."""

    def __init__(self, workers: int) -> None:
        super().__init__(workers)
        self.executed: list[str] = []

    def judge(self, job: Job) -> tuple[Outcome, ...]:
        self.executed.append(job.solution)
        return super().judge(job)


class SilentModel(CountingModel):
    """Never answers."""

    def _answer(self, request: Request) -> Completion:
        return Completion("No.", StopReason.EOS, 5, TokenTrace())


def test_raw_extracted_and_executed(tiny_suite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox = RecordingSandbox(1)
    monkeypatch.setattr(sessions, "model_loader", lambda plan, note: lambda name: ReasoningModel())
    monkeypatch.setattr(proving, "open_sandbox", lambda *wanted: sandbox)
    options = {"prompt": "reason-then-answer", "samples": 1, "limit": 1, "out": str(tmp_path / "run")}
    with sessions.begin(load_experiment(str(tiny_suite), options), lambda line: None) as session:
        session.work()
    row = load(tmp_path / "run").samples.iloc[0]
    assert (row["completion"], row["extracted"]) == (ANSWER, BLOCK)
    assert row["solution"].startswith("def double_it(start_value):\n")
    assert row["solution"].endswith(BLOCK)
    assert sandbox.executed[CANARIES:][-1] == row["solution"]
    assert list(row["cuts"]) == ["put the prompt's code before a body"]
    assert row["completion"][row["reasoning_start"] : row["reasoning_end"]] == REASONING
    assert (row["reasoning_tokens"], row["mean_logprob"]) == (len(REASONING), -0.5)


def test_a_run_without_code_is_told_while_it_goes_on(
    tiny_suite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sessions, "model_loader", lambda plan, note: lambda name: SilentModel())
    monkeypatch.setattr(proving, "open_sandbox", lambda *wanted: RuleSandbox(1))
    options = {"samples": 3, "out": str(tmp_path / "run"), "model": "m"}
    with sessions.begin(load_experiment(str(tiny_suite), options), lambda line: None) as session:
        session.work()
    told = [line for line in capsys.readouterr().err.splitlines() if line.startswith("Warning:")]
    assert len(told) == 1
    assert "3 of 3 completions of m with prompt chat hold no code" in told[0]
