"""A run from begin to end, in every way it can be interrupted, with stand-ins for model and sandbox."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from evalkit_fakes import CANARIES, CountingModel, RuleSandbox

from evalkit.config import load_experiment
from evalkit.errors import ConfigError, EvalkitError, ModelFailed, RunDirectoryError, SandboxFailed
from evalkit.results import load
from evalkit.run import proving
from evalkit.run import session as sessions
from evalkit.run.session import Session
from evalkit.run.timing import RECORD
from evalkit.types import Completion, Job, Outcome, Request, Status, Undrawn

GRID = {"temperature": (0.2, 0.8), "identifiers": ("snake_case", "camelCase"), "samples": 5, "unit_size": 8}
SAMPLES = 2 * 2 * 2 * 5  # tasks, temperatures, identifier styles, samples

Begin = Callable[..., Session]


def quiet(message: str) -> None:
    """Progress is not looked at here."""


@pytest.fixture
def begin(tiny_suite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Begin:
    """Begins a run in a folder, with the given model and sandbox."""

    def begin_with(name: str, model: CountingModel, sandbox: RuleSandbox, **options: object) -> Session:
        install(monkeypatch, model, sandbox)
        experiment = load_experiment(str(tiny_suite), {**GRID, "out": str(tmp_path / name), **options})
        return sessions.begin(experiment, quiet)

    return begin_with


@pytest.fixture
def resume(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Begin:
    """Goes on with a run in a folder, with the given model and sandbox."""

    def resume_with(name: str, model: CountingModel, sandbox: RuleSandbox) -> Session:
        install(monkeypatch, model, sandbox)
        return sessions.resume(tmp_path / name, quiet)

    return resume_with


def install(monkeypatch: pytest.MonkeyPatch, model: CountingModel, sandbox: RuleSandbox) -> None:
    monkeypatch.setattr(sessions, "model_loader", lambda plan, note: lambda name: model)
    monkeypatch.setattr(proving, "open_sandbox", lambda *wanted: sandbox)


def shards(folder: Path) -> dict[str, bytes]:
    """The tables of a run, byte for byte."""
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.parquet"))}


@pytest.fixture
def whole(begin: Begin, tmp_path: Path) -> dict[str, bytes]:
    """The tables of a run that nothing interrupted."""
    with begin("whole", CountingModel(), RuleSandbox(2)) as session:
        session.work()
        assert session.complete
    return shards(tmp_path / "whole")


def test_every_sample_is_drawn_and_judged_once(whole: dict[str, bytes], tmp_path: Path) -> None:
    results = load(tmp_path / "whole")
    assert len(results.samples) == SAMPLES
    assert len(results.verdicts) == SAMPLES * 2
    failed = results.verdicts[results.verdicts["status"] == "failed"]
    assert set(failed["index"]) == {2}
    assert len(failed) == SAMPLES // 5 * 2


def test_rows_are_in_the_order_of_the_plan_although_the_model_is_not(begin: Begin, tmp_path: Path) -> None:
    with begin("whole", CountingModel(), RuleSandbox(2)) as session:
        session.work()
        planned = [(key.task_id, key.cell.temperature, key.cell.identifiers, key.index) for key in session.plan.keys]
    table = load(tmp_path / "whole").samples[["task_id", "temperature", "identifiers", "index"]]
    assert list(table.itertuples(index=False, name=None)) == planned


@pytest.mark.parametrize("stop_after", [0, 1, 7, 8, 20, 39])
def test_an_interrupted_run_ends_like_an_uninterrupted_one(
    begin: Begin, resume: Begin, whole: dict[str, bytes], tmp_path: Path, stop_after: int
) -> None:
    sandbox = RuleSandbox(2)
    with pytest.raises(KeyboardInterrupt), begin("cut", CountingModel(stop_after), sandbox) as session:
        session.work()
    assert sandbox.closed
    with resume("cut", CountingModel(), RuleSandbox(2)) as session:
        session.work()
        assert session.complete
    assert shards(tmp_path / "cut") == whole


def test_what_is_on_disk_is_not_drawn_again(begin: Begin, resume: Begin) -> None:
    with pytest.raises(KeyboardInterrupt), begin("cut", CountingModel(20), RuleSandbox(2)) as session:
        session.work()
    model = CountingModel()
    with resume("cut", model, RuleSandbox(2)) as session:
        session.work()
    assert sum(len(batch) for batch in model.batches) == SAMPLES - 20  # two units of 8 were whole, and half of a third


class Failing(CountingModel):
    """A server that gives up on some samples: every fifth request of a call."""

    def generate(self, requests: Sequence[Request]) -> Iterator[tuple[int, Completion | Undrawn]]:
        for position, completion in super().generate(requests):
            yield position, Undrawn("it gave up") if position % 5 == 4 else completion


def test_what_a_server_gave_is_not_asked_for_again_because_of_what_it_did_not_give(
    begin: Begin, resume: Begin, whole: dict[str, bytes], tmp_path: Path
) -> None:
    with begin("cut", Failing(), RuleSandbox(2)) as session, pytest.raises(ModelFailed, match="8 samples were not"):
        session.work()
    again, last = Failing(), CountingModel()
    with resume("cut", again, RuleSandbox(2)) as session, pytest.raises(ModelFailed, match="1 sample was not"):
        session.work()
    with resume("cut", last, RuleSandbox(2)) as session:
        session.work()
        assert session.complete
    assert [sum(map(len, model.batches)) for model in (again, last)] == [SAMPLES // 5, 1]
    assert shards(tmp_path / "cut") == whole


def test_samples_a_broken_sandbox_left_are_unscored_and_only_judged_again(
    begin: Begin, resume: Begin, whole: dict[str, bytes], tmp_path: Path
) -> None:
    class FailsTwice(RuleSandbox):
        calls = 0

        def judge(self, job):  # type: ignore[no-untyped-def]  # as RuleSandbox.judge
            self.calls += 1
            if self.calls in (CANARIES + 3, CANARIES + 10):
                raise SandboxFailed("the engine hiccuped")
            return super().judge(job)

    with begin("cut", CountingModel(), FailsTwice(1)) as session:
        session.work()
        assert not session.complete
    verdicts = load(tmp_path / "cut").verdicts
    unscored = verdicts[verdicts["status"] == "unscored"]
    assert (len(unscored), set(unscored["message"])) == (4, {"the engine hiccuped"})
    model = CountingModel()
    with resume("cut", model, RuleSandbox(2)) as session:
        session.work()
        assert session.complete
    assert model.batches == []
    assert shards(tmp_path / "cut") == whole


def test_a_sandbox_that_keeps_failing_stops_the_run(
    begin: Begin, resume: Begin, whole: dict[str, bytes], tmp_path: Path
) -> None:
    broken = RuleSandbox(2)
    broken.broken = True
    model = CountingModel()
    with begin("cut", model, broken) as session, pytest.raises(SandboxFailed, match="the engine went away"):
        session.work()
    assert model.drawn < SAMPLES
    with resume("cut", CountingModel(), RuleSandbox(2)) as session:
        session.work()
    assert shards(tmp_path / "cut") == whole


def test_a_bug_in_a_judging_thread_is_not_swallowed(begin: Begin) -> None:
    class Buggy(RuleSandbox):
        def judge(self, job):  # type: ignore[no-untyped-def]  # as RuleSandbox.judge
            raise ZeroDivisionError("a bug")

    with pytest.raises(ZeroDivisionError, match="a bug"), begin("bug", CountingModel(), Buggy(2)) as session:
        session.work()


def test_models_get_bounded_windows(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evalkit.run.pipeline.WINDOW", 16)
    model = CountingModel()
    with begin("run", model, RuleSandbox(2)) as session:
        session.work()
    assert [len(batch) for batch in model.batches] == [16, 16, 8]


def test_a_full_disk_keeps_what_is_done(
    begin: Begin, resume: Begin, whole: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import errno

    from evalkit.results import run_directory

    written: list[str] = []
    genuine = run_directory.write_atomically

    def until_full(path: Path, data: bytes) -> None:
        if len(written) >= 9:
            raise OSError(errno.ENOSPC, "No space left on device")
        written.append(path.name)
        genuine(path, data)

    monkeypatch.setattr(run_directory, "write_atomically", until_full)
    with begin("cut", CountingModel(), RuleSandbox(2)) as session, pytest.raises(RunDirectoryError) as caught:
        session.work()
    assert "No space left" in str(caught.value)
    assert "evalkit run --resume" in str(caught.value)
    monkeypatch.setattr(run_directory, "write_atomically", genuine)
    with resume("cut", CountingModel(), RuleSandbox(2)) as session:
        session.work()
    assert shards(tmp_path / "cut") == whole


def test_prompts_that_do_not_fit_are_found_before_anything_is_drawn(begin: Begin, tmp_path: Path) -> None:
    model = CountingModel()
    model.context_length = 515
    with pytest.raises(ConfigError, match=r"The prompt of 'tiny/double_it' .* 515 tokens of "):
        begin("long", model, RuleSandbox(2))
    assert (model.drawn, (tmp_path / "long").exists()) == (0, False)


def test_a_sandbox_is_closed_when_a_run_cannot_begin(begin: Begin) -> None:
    model, sandbox = CountingModel(), RuleSandbox(2)
    model.context_length = 1
    with pytest.raises(EvalkitError):
        begin("long", model, sandbox)
    assert sandbox.closed


def test_resuming_refuses_changed_tasks(begin: Begin, resume: Begin, tiny_suite: Path) -> None:
    with begin("run", CountingModel(), RuleSandbox(2)):
        pass
    reference = tiny_suite / "halve_it" / "reference.py"
    reference.write_text(reference.read_text().replace("0.5", "0.25"))
    with pytest.raises(RunDirectoryError, match=r"have changed since it was begun: tiny/halve_it\."):
        resume("run", CountingModel(), RuleSandbox(2))


def test_resuming_refuses_another_model(begin: Begin, resume: Begin) -> None:
    class Other(CountingModel):
        def describe(self) -> dict[str, object]:
            return {"kind": "another"}

    with begin("run", CountingModel(), RuleSandbox(2)):
        pass
    with pytest.raises(RunDirectoryError, match=r"is not what it was when the run was begun \(different: kind\)"):
        resume("run", Other(), RuleSandbox(2))


def test_resuming_refuses_other_prompts(begin: Begin, resume: Begin) -> None:
    class Other(CountingModel):
        def render(self, prompt):  # type: ignore[no-untyped-def]  # as CountingModel.render
            return f"{prompt.text}\n"

    with begin("run", CountingModel(), RuleSandbox(2)):
        pass
    with pytest.raises(RunDirectoryError, match=r"different: prompts_sha256"):
        resume("run", Other(), RuleSandbox(2))


def test_two_processes_do_not_work_on_one_run(begin: Begin, resume: Begin) -> None:
    with begin("run", CountingModel(), RuleSandbox(2)), pytest.raises(RunDirectoryError, match="in use"):
        resume("run", CountingModel(), RuleSandbox(2))


def test_each_session_is_noted(begin: Begin, resume: Begin, tmp_path: Path) -> None:

    with pytest.raises(KeyboardInterrupt), begin("run", CountingModel(20), RuleSandbox(2)) as session:
        session.work()
    with resume("run", CountingModel(), RuleSandbox(2)) as session:
        session.work()
    lines = [json.loads(line) for line in (tmp_path / "run" / "sessions.jsonl").read_text().splitlines()]
    assert [line["samples"] for line in lines] == [20, SAMPLES - 20]


class SlowSandbox(RuleSandbox):
    """Each test needs ten seconds of processor time, and `reference` of them for the reference."""

    def __init__(self, reference: float) -> None:
        super().__init__(1)
        self.reference = reference
        self.limits: list[float] = []

    def judge(self, job: Job) -> tuple[Outcome, ...]:
        seconds = self.reference if "alue * " in job.solution else 10.0
        self.limits.append(job.limits.cpu_seconds)
        status = Status.TIMEOUT if seconds > job.limits.cpu_seconds else Status.PASSED
        return tuple(Outcome(test, status, "", seconds) for test in job.plan)


def test_a_resumed_run_judges_with_the_limits_it_began_with(
    begin: Begin, resume: Begin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proving, "check_canaries", lambda *given: None)
    monkeypatch.setenv("EVALKIT_CACHE", str(tmp_path / "cache"))  # what a reference took is kept there
    with pytest.raises(KeyboardInterrupt), begin("run", CountingModel(20), SlowSandbox(1.0)) as session:
        session.work()
    faster = SlowSandbox(0.1)
    with resume("run", CountingModel(), faster) as session:
        session.work()
    # 16 for the task that was begun, 60 while the other one's reference is measured, which is faster now.
    assert set(faster.limits) == {4.0, 16.0, 60.0}
    assert {entry["cpu_seconds"] for entry in limits_of(tmp_path / "run").values()} == {16.0, 4.0}


def test_floor_and_factor_of_an_experiment_are_what_its_samples_are_judged_with(
    begin: Begin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proving, "check_canaries", lambda *given: None)
    sandbox = SlowSandbox(1.0)
    with begin("run", CountingModel(), sandbox, cpu_floor=12.5, cpu_factor=0.0) as session:
        session.work()
    assert set(sandbox.limits) == {12.5}
    config = session.directory.manifest["config"]
    assert (config["cpu_floor"], config["cpu_factor"]) == (12.5, 0.0)
    assert not (tmp_path / "run" / RECORD).exists()


def limits_of(folder: Path) -> dict[str, dict[str, float]]:
    return json.loads((folder / RECORD).read_text())  # type: ignore[no-any-return]  # as written
