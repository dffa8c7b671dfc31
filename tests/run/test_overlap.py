"""Verdicts arrive while tokens are drawn: neither waits for the other to be done."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from evalkit_fakes import CountingModel, RuleSandbox

from evalkit.config import load_experiment
from evalkit.run import proving
from evalkit.run import session as sessions
from evalkit.types import Completion, Job, Outcome, Request

PATIENCE = 60.0  # seconds; only a pipeline that does not overlap waits so long


class NotingSandbox(RuleSandbox):
    """Says when it judged its first sample of the run."""

    def __init__(self, workers: int, judged: threading.Event) -> None:
        super().__init__(workers)
        self.judged = judged

    def judge(self, job: Job) -> tuple[Outcome, ...]:
        """As the rule says."""
        outcomes = super().judge(job)
        if self.jobs > 2:  # after the canaries
            self.judged.set()
        return outcomes


class WaitingModel(CountingModel):
    """Draws its last sample only when one was judged."""

    def __init__(self, judged: threading.Event) -> None:
        super().__init__()
        self.judged = judged
        self.overlapped = False

    def generate(self, requests: Sequence[Request]) -> Iterator[tuple[int, Completion]]:
        """As the key says."""
        for number, found in enumerate(super().generate(requests), 1):
            if number == len(requests):
                self.overlapped = self.judged.wait(PATIENCE)
            yield found


def test_verdicts_arrive_while_tokens_are_drawn(
    tiny_suite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged = threading.Event()
    model, sandbox = WaitingModel(judged), NotingSandbox(2, judged)
    monkeypatch.setattr(sessions, "model_loader", lambda plan, note: lambda name: model)
    monkeypatch.setattr(proving, "open_sandbox", lambda *wanted: sandbox)
    experiment = load_experiment(str(tiny_suite), {"samples": 6, "out": str(tmp_path / "run")})
    with sessions.begin(experiment, lambda _: None) as session:
        session.work()
        assert session.complete
    assert model.overlapped
