"""Samples from files: which are judged, what is said of the others, and that a stopped run loses nothing."""

import gzip
import json
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from evalkit_fakes import CANARIES, RuleSandbox

from evalkit.errors import ConfigError, EvalkitError, RunDirectoryError, SandboxFailed
from evalkit.results import RunDirectory, load
from evalkit.run import judge_file, proving
from evalkit.run.judge_file import FileSession, Settings
from evalkit.run.judging import Judging
from evalkit.run.sample_files import Attempt, BadLine, read_attempts, sample_files
from evalkit.run.survey import Survey
from evalkit.suites import load_suite
from evalkit.types import Job, Outcome, Task, Verdict

DOUBLE = {"task_id": "tiny/double_it", "completion": "    return 2 * start_value\n"}
HALVE = {"task_id": "tiny/halve_it", "solution": "def halve_it(start_value):\n    # wrong\n    return 0\n"}

Begin = Callable[..., FileSession]


class Notes(list[str]):
    """What the user was told."""

    def __call__(self, line: str) -> None:
        self.append(line)


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def begin(tiny_suite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, notes: Notes) -> Begin:
    """Begins a run on a file or folder of samples."""

    def begin_with(samples: Path, out: str = "out", sandbox: RuleSandbox | None = None) -> FileSession:
        install(monkeypatch, sandbox or RuleSandbox(2))
        settings = Settings(samples_from=str(samples), suite=str(tiny_suite), model="theirs", workers=2)
        return judge_file.begin(settings, tmp_path / out, notes)

    return begin_with


def install(monkeypatch: pytest.MonkeyPatch, sandbox: RuleSandbox) -> None:
    monkeypatch.setattr(proving, "open_sandbox", lambda *wanted: sandbox)


@pytest.fixture
def tasks(tiny_suite: Path) -> dict[str, Task]:
    return {task.id: task for task in load_suite(str(tiny_suite)).tasks}


def lines(*items: object) -> str:
    return "".join(f"{item if isinstance(item, str) else json.dumps(item)}\n" for item in items)


def write(path: Path, *items: object) -> Path:
    path.write_text(lines(*items))
    return path


def shards(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.parquet"))}


def test_completions_and_solutions_become_a_run_like_any_other(begin: Begin, tmp_path: Path, notes: Notes) -> None:
    file = write(tmp_path / "s.jsonl", DOUBLE, HALVE, HALVE | {"temperature": 0.8}, DOUBLE)
    with begin(file) as run:
        run.work()
        assert run.complete
    results = load(tmp_path / "out")
    rows = results.samples[["task_id", "temperature", "index", "model", "identifiers", "prompt_style"]]
    assert list(rows.itertuples(index=False, name=None)) == [
        ("tiny/double_it", 0.0, 0, "theirs", "given", "given"),
        ("tiny/halve_it", 0.0, 0, "theirs", "given", "given"),
        ("tiny/halve_it", 0.8, 0, "theirs", "given", "given"),
        ("tiny/double_it", 0.0, 1, "theirs", "given", "given"),
    ]
    solutions = list(results.samples["solution"])
    assert solutions[0].startswith("def double_it(start_value):\n")
    assert solutions[0].endswith('"""\n    return 2 * start_value\n')
    assert solutions[1] == HALVE["solution"]
    assert results.samples["mean_logprob"].isna().all()
    assert list(results.verdicts["status"]) == ["passed"] * 2 + ["failed"] * 4 + ["passed"] * 2
    assert not [note for note in notes if "kipped" in note]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "is not JSON: Expecting property name"),
        ("[]", "holds list, not an object"),
        ('"\\', "is not JSON"),
        ({"completion": ""}, "'task_id' is missing"),
        ({"task_id": 3, "completion": ""}, "'task_id' must be text"),
        ({"task_id": "tiny/double_it"}, "has neither 'completion' nor 'solution'"),
        (DOUBLE | {"completion": ["a", "b"]}, "'completion' must be text; give each sample a line of its own"),
        (HALVE | {"solution": None}, "'solution' must be text"),
        (DOUBLE | {"temperature": -1}, "'temperature' must be a finite number of at least 0"),
        ('{"task_id": "tiny/double_it", "completion": "", "temperature": NaN}', "'temperature' must be"),
        (DOUBLE | {"index": 10**9}, "'index' must be a whole number from 0 to 999999"),
        (DOUBLE | {"completion_id": "a"}, "'completion_id' must be a whole number"),
        ("[" * 100_000, "is nested too deeply"),
    ],
)
def test_a_bad_line_is_told_by_its_number_and_skipped(
    begin: Begin, tmp_path: Path, notes: Notes, line: object, said: str
) -> None:
    file = write(tmp_path / "s.jsonl", DOUBLE, "", line, HALVE)
    with begin(file) as run:
        assert run.samples == 2
        run.work()
        assert run.complete
    assert f"{file}:3: {said}" in notes[0]
    assert notes[0].endswith("; skipped")
    assert run.directory.manifest["model"]["theirs"]["lines"]["bad_lines"] == 1


def test_unknown_tasks_duplicates_and_tasks_without_samples_are_listed(
    begin: Begin, tmp_path: Path, notes: Notes
) -> None:
    other = DOUBLE | {"task_id": "other/task"}
    first, again = DOUBLE | {"index": 4}, DOUBLE | {"completion_id": 4, "completion": "    return 3\n"}
    warm = first | {"temperature": 1}
    with begin(write(tmp_path / "s.jsonl", first, other, again, other, warm, DOUBLE, DOUBLE)) as run:
        assert run.samples == 4  # one text twice is two samples: only numbers can be duplicates
    assert notes[:3] == [
        "Skipped 2 samples of tasks that tiny does not have: other/task (2)",
        f"Skipped 1 duplicates: {tmp_path / 's.jsonl'}:3 (number 4 of tiny/double_it)",
        "No samples for 1 of 2 tasks: tiny/halve_it",
    ]


def test_long_lists_are_cut(tasks: dict[str, Task], tiny_suite: Path) -> None:
    survey = Survey(tasks, "m")
    bad = (BadLine(f"f:{number}", "is bad") for number in range(50))
    unknown = (Attempt("f", f"u/{number}", "", True) for number in range(3000))
    assert list(survey.accept([*bad, *unknown])) == []
    told = list(survey.lines(load_suite(str(tiny_suite))))
    assert len(told) == 23
    assert told[20] == "30 more bad lines; skipped"
    assert told[21].startswith("Skipped 3000 samples")
    assert told[21].endswith("and 981 more")


def test_a_folder_gives_its_files_and_programs(begin: Begin, tmp_path: Path) -> None:
    folder = tmp_path / "samples"
    (folder / "tiny_double_it").mkdir(parents=True)
    (folder / "deep").mkdir()
    write(folder / "b.jsonl", DOUBLE)
    (folder / "deep" / "a.jsonl.gz").write_bytes(gzip.compress(lines(HALVE).encode()))
    write(folder / "b.jsonl_results.jsonl", DOUBLE | {"passed": True})
    for number in (0, 2, 10):
        (folder / "tiny_double_it" / f"{number}.py").write_text(f"def double_it(start_value):\n    return {number}\n")
    (folder / "tiny_double_it" / "notes.py").write_text("no sample")
    with begin(folder) as run:
        run.work()
    samples = load(tmp_path / "out").samples
    assert list(samples["task_id"]) == ["tiny/double_it", "tiny/halve_it", *["tiny/double_it"] * 3]
    assert [solution[-3:].strip() for solution in samples["solution"][2:]] == ["0", "2", "10"]


def test_what_cannot_be_judged_at_all_is_one_line(begin: Begin, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.jsonl: there is no such file or folder of samples\."):
        begin(tmp_path / "none.jsonl")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConfigError, match="empty: holds no samples"):
        begin(tmp_path / "empty")
    with pytest.raises(ConfigError, match=r"s\.jsonl: holds no sample of 'tiny'\."):
        begin(write(tmp_path / "s.jsonl", DOUBLE | {"task_id": "x"}))
    damaged = tmp_path / "d.jsonl.gz"
    damaged.write_bytes(gzip.compress(lines(*[DOUBLE] * 50).encode())[:60])
    with pytest.raises(EvalkitError, match=r"d\.jsonl\.gz:1: the compressed file is damaged"):
        begin(damaged)
    assert not (tmp_path / "out").exists()


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """35 different programs: identical ones would be executed once."""
    doubles = (DOUBLE | {"completion": f"{DOUBLE['completion']}    # {i}\n", "temperature": i % 3} for i in range(30))
    halves = (HALVE | {"solution": f"{HALVE['solution']}    # {i}\n"} for i in range(5))
    return write(tmp_path / "many.jsonl", *doubles, *halves)


class DiesAfter(RuleSandbox):
    """Breaks, or is interrupted, at one job."""

    def __init__(self, job: int, error: BaseException) -> None:
        super().__init__(1)
        self.last, self.error = CANARIES + job, error

    def judge(self, job: Job) -> tuple[Outcome, ...]:
        if self.jobs == self.last:
            self.jobs += 1
            raise self.error
        return super().judge(job)


def test_a_unit_has_its_samples_before_its_verdicts(begin: Begin, many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A unit with verdicts counts as done: killed between the two, a run would lack the samples for good."""
    genuine_submit, genuine_write = Judging.submit, RunDirectory.write_verdicts

    def submit(judging: Judging, *given: object) -> None:
        genuine_submit(judging, *given)
        while judging._done.qsize() < judging._open:  # judged before the next one is handed in
            time.sleep(0.001)

    def write_verdicts(directory: RunDirectory, unit: int, verdicts: list[Verdict]) -> None:
        assert directory.has_samples(unit)
        genuine_write(directory, unit, verdicts)

    monkeypatch.setattr(Judging, "submit", submit)
    monkeypatch.setattr(RunDirectory, "write_verdicts", write_verdicts)
    monkeypatch.setattr(judge_file, "UNIT_SIZE", 4)
    with begin(many) as run:
        run.work()
        assert run.complete


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SandboxFailed("the engine hiccuped")])
@pytest.mark.parametrize("after", [0, 9, 34])
def test_a_stopped_run_ends_like_one_that_was_not(
    begin: Begin, tmp_path: Path, many: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, after: int
) -> None:
    monkeypatch.setattr(judge_file, "UNIT_SIZE", 8)
    with begin(many, "whole") as run:
        run.work()
    with begin(many, "cut", DiesAfter(after, error)) as run:
        try:
            run.work()
        except KeyboardInterrupt:
            assert isinstance(error, KeyboardInterrupt)
        assert not run.complete
    sandbox = RuleSandbox(2)
    install(monkeypatch, sandbox)
    with judge_file.resume(tmp_path / "cut", Notes()) as run:
        run.work()
        assert run.complete
    assert shards(tmp_path / "cut") == shards(tmp_path / "whole")
    rest = 35 - after // 8 * 8  # whole units are not judged again
    assert sandbox.jobs - CANARIES == (rest if isinstance(error, KeyboardInterrupt) else min(8, rest))


def test_changed_samples_cannot_be_gone_on_with(begin: Begin, tmp_path: Path, many: Path) -> None:
    with begin(many):
        pass
    with many.open("a") as file:
        file.write(lines(DOUBLE))
    with pytest.raises(RunDirectoryError, match=r"out cannot be resumed: .*many\.jsonl is not what it was"):
        judge_file.resume(tmp_path / "out", Notes())


def test_memory_does_not_grow_with_the_lines(tmp_path: Path, tasks: dict[str, Task]) -> None:
    def peak(count: int) -> int:
        file = tmp_path / f"{count}.jsonl"
        with file.open("w") as sink:
            sink.writelines(lines(DOUBLE | {"index": number}, {"task_id": str(number)}) for number in range(count))
        tracemalloc.start()
        try:
            survey = Survey(tasks, "m")
            assert sum(1 for _ in survey.accept(attempts(file, tasks))) == count
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(20_000) < peak(2_000) + 64 * 2**10


def attempts(path: Path, tasks: dict[str, Task]) -> Iterator[Attempt | BadLine]:
    return read_attempts(sample_files(path, tasks), tasks)
