"""A run directory loses nothing: exact round trips, kills, full disks, second writers, broken files."""

import errno
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evalkit.errors import RunDirectoryError
from evalkit.results import RunDirectory
from evalkit.results.records import samples_from_tables, samples_table, tokens_table
from evalkit.results.shards import SAMPLES, TOKENS
from evalkit.types import (
    Cell,
    Completion,
    Extraction,
    Sample,
    SampleKey,
    Status,
    StopReason,
    TokenTrace,
    Verdict,
)

MANIFEST: dict[str, object] = {"unit_size": 2, "tasks": {}}
CELL = Cell("tiny", 0.8, "camelCase", "plain")

TEXT = st.text(st.one_of(st.characters(), st.characters(categories=["Cs"]), st.sampled_from("\x10\x00")))
FLOATS = st.floats(allow_nan=False)
COUNTS = st.integers(0, 2**31 - 1)
TRACES = st.integers(0, 4).flatmap(
    lambda n: st.builds(
        TokenTrace,
        *(st.lists(kind, min_size=n, max_size=n).map(tuple) for kind in (COUNTS, FLOATS, FLOATS, FLOATS)),
        *(st.lists(COUNTS, min_size=n, max_size=n).map(tuple) for _ in range(2)),
    )
)
TEMPERATURES = st.floats(0, 10)
SAMPLES_OF_ANY_KIND = st.builds(
    Sample,
    st.builds(SampleKey, TEXT, st.builds(Cell, TEXT, TEMPERATURES, TEXT, TEXT), COUNTS),
    TEXT,
    st.builds(Completion, TEXT, st.sampled_from(StopReason), COUNTS, TRACES),
    st.builds(Extraction, st.none() | TEXT, st.lists(TEXT, max_size=3).map(tuple)),
)


def sample(index: int, text: str = "return 1\n") -> Sample:
    tokens = TokenTrace((7, 2), (-0.5, -0.25), (-0.5, -0.25), (1.0, 0.5), (1, 1), (4, 9))
    completion = Completion(text, StopReason.EOS, 12, tokens)
    return Sample(SampleKey("add", CELL, index), "def add(a, b):", completion, Extraction(text))


def verdict(index: int, status: Status) -> Verdict:
    return Verdict(SampleKey("add", CELL, index), "test_adds", "adds", True, status, "boom\ud800")


@settings(suppress_health_check=[HealthCheck.too_slow])  # a loaded machine draws slowly, and that is no failure
@given(st.lists(SAMPLES_OF_ANY_KIND, max_size=3))
def test_any_samples_come_back_from_their_tables_exactly(samples: list[Sample]) -> None:
    tables = samples_table(samples), tokens_table(samples)
    assert tables[0].schema == SAMPLES
    assert tables[1].schema == TOKENS
    assert samples_from_tables(*tables) == tuple(samples)


def test_samples_come_back_from_disk_exactly(tmp_path: Path) -> None:
    samples = (sample(0), sample(1, "x = '\ud83d'\x00\x10\n"))
    with RunDirectory.create(tmp_path / "run", MANIFEST) as run:
        run.write_samples(3, samples)
        assert run.has_samples(3)
        assert not run.has_samples(2)
    with RunDirectory.open(tmp_path / "run") as run:
        assert run.read_samples(3) == samples
        assert run.unit_size == 2


def test_equal_records_give_equal_bytes(tmp_path: Path) -> None:
    for name in "ab":
        with RunDirectory.create(tmp_path / name, MANIFEST) as run:
            run.write_samples(0, [sample(0), sample(1)])
            run.write_verdicts(0, [verdict(0, Status.PASSED), verdict(1, Status.FAILED)])
    shards = sorted(path.name for path in (tmp_path / "a").glob("*.parquet"))
    assert shards == ["samples-00000.parquet", "tokens-00000.parquet", "verdicts-00000.parquet"]
    for name in shards:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_a_unit_with_an_unscored_verdict_is_judged_again(tmp_path: Path) -> None:
    with RunDirectory.create(tmp_path / "run", MANIFEST) as run:
        assert not run.has_verdicts(0)
        run.write_verdicts(0, [verdict(0, Status.PASSED), verdict(1, Status.UNSCORED)])
        assert not run.has_verdicts(0)
        run.write_verdicts(0, [verdict(0, Status.PASSED), verdict(1, Status.TIMEOUT)])
        assert run.has_verdicts(0)


KILLED_WRITER = """
import os, signal, sys
from pathlib import Path
from evalkit.results import RunDirectory
os.fsync = lambda descriptor: os.kill(os.getpid(), signal.SIGKILL)  # dies before the rename
run = RunDirectory.open(Path(sys.argv[1]))
run.write_verdicts(0, [])
"""


def test_a_writer_killed_in_the_middle_leaves_nothing_that_counts(tmp_path: Path) -> None:
    path = tmp_path / "run"
    with RunDirectory.create(path, MANIFEST) as run:
        run.write_samples(0, [sample(0)])
    before = {entry.name for entry in path.iterdir()}
    killed = subprocess.run([sys.executable, "-c", KILLED_WRITER, str(path)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert len({entry.name for entry in path.iterdir()} - before) == 1
    with RunDirectory.open(path) as run:
        assert not run.has_verdicts(0)
        assert run.read_samples(0) == (sample(0),)
    assert {entry.name for entry in path.iterdir()} == before


def test_a_kill_between_tokens_and_samples_leaves_the_unit_open(tmp_path: Path) -> None:
    with RunDirectory.create(tmp_path / "run", MANIFEST) as run:
        run.write_samples(0, [sample(0)])
        (run.path / "samples-00000.parquet").unlink()
        assert not run.has_samples(0)


def test_a_run_killed_before_its_manifest_can_be_created_again(tmp_path: Path) -> None:
    (tmp_path / ".lock").write_text("1\n")
    (tmp_path / ".manifest.json.tmp").write_text('{"form')
    with RunDirectory.create(tmp_path, MANIFEST) as run:
        assert run.manifest == {"format": 2, **MANIFEST}
    assert not (tmp_path / ".manifest.json.tmp").exists()


def test_sessions_are_one_line_each_even_after_a_kill(tmp_path: Path) -> None:
    with RunDirectory.create(tmp_path / "run", MANIFEST) as run:
        run.append_session({"tokens": 5})
        with (run.path / "sessions.jsonl").open("a") as file:
            file.write('{"tokens"')
        run.append_session({"tokens": 7})
        lines = (run.path / "sessions.jsonl").read_text().splitlines()
    assert lines == ['{"tokens": 5}', '{"tokens"', '{"tokens": 7}']


def test_two_writers_at_once_are_refused(tmp_path: Path) -> None:
    with (
        RunDirectory.create(tmp_path / "run", MANIFEST),
        pytest.raises(RunDirectoryError, match=rf"in use by another evalkit process \(pid {os.getpid()}\)"),
    ):
        RunDirectory.open(tmp_path / "run")
    RunDirectory.open(tmp_path / "run").close()


def test_a_forgotten_run_directory_releases_its_lock(tmp_path: Path) -> None:
    RunDirectory.create(tmp_path / "run", MANIFEST)
    RunDirectory.open(tmp_path / "run").close()


def fail_with(code: int) -> Callable[[int], None]:
    def fsync(descriptor: int) -> None:
        raise OSError(code, os.strerror(code))

    return fsync


@pytest.mark.parametrize(
    ("code", "reason"), [(errno.ENOSPC, "No space left on the disk"), (errno.EROFS, "is not writable")]
)
def test_a_full_or_read_only_disk_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, reason: str
) -> None:
    run = RunDirectory.create(tmp_path / "run", MANIFEST)
    run.write_samples(0, [sample(0)])
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail_with(code))
        with pytest.raises(RunDirectoryError, match=reason) as caught:
            run.write_samples(1, [sample(1)])
    assert "Nothing already computed is lost" in str(caught.value)
    assert f"evalkit run --resume {run.path}" in str(caught.value)
    assert not list(run.path.glob("*.tmp"))
    assert run.read_samples(0) == (sample(0),)
    assert not run.has_samples(1)


def test_create_refuses_a_folder_with_content(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(RunDirectoryError, match=r"not empty\. Choose another --out"):
        RunDirectory.create(tmp_path, MANIFEST)
    RunDirectory.create(tmp_path / "run", MANIFEST).close()
    with pytest.raises(RunDirectoryError, match=r"not empty\. Continue it with 'evalkit run --resume .*run'"):
        RunDirectory.create(tmp_path / "run", MANIFEST)


def test_create_says_where_it_cannot_write(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunDirectoryError, match=r"Cannot write to .*file/run .*Choose another --out"):
        RunDirectory.create(tmp_path / "file" / "run", MANIFEST)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "is not a run directory: it holds no manifest.json"),
        (b"{", r"manifest\.json cannot be read"),
        (b"\xff\xfe", r"manifest\.json cannot be read"),
        (b"[]", "has run format None; this evalkit reads format 2"),
        (b'{"format": 1, "unit_size": 2}', "has run format 1; this evalkit reads format 2"),
        (b'{"format": 2, "unit_size": 0}', "unit_size must be a whole number from 1 on, not 0"),
        (b'{"format": 2, "unit_size": 2, "tasks": [1]}', "tasks must map each task id"),
    ],
)
def test_open_says_what_is_wrong_with_the_manifest(tmp_path: Path, content: bytes | None, reason: str) -> None:
    if content is not None:
        (tmp_path / "manifest.json").write_bytes(content)
    with pytest.raises(RunDirectoryError, match=reason) as caught:
        RunDirectory.open(tmp_path)
    assert "\n" not in str(caught.value)


def test_open_says_that_there_is_no_such_folder(tmp_path: Path) -> None:
    with pytest.raises(RunDirectoryError, match=r"nowhere does not exist"):
        RunDirectory.open(tmp_path / "nowhere")
    (tmp_path / "file").write_text("")
    with pytest.raises(RunDirectoryError, match=r"file is a file, not a run directory"):
        RunDirectory.open(tmp_path / "file")


@pytest.mark.parametrize("damage", [lambda data: data[: len(data) // 2], lambda data: b""])
def test_a_broken_shard_is_named(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    run = RunDirectory.create(tmp_path / "run", MANIFEST)
    run.write_samples(0, [sample(0)])
    shard = run.path / "samples-00000.parquet"
    shard.write_bytes(damage(shard.read_bytes()))
    with pytest.raises(RunDirectoryError, match=r"samples-00000\.parquet cannot be read: .*Delete it"):
        run.read_samples(0)


def test_a_shard_with_other_columns_is_refused(tmp_path: Path) -> None:
    run = RunDirectory.create(tmp_path / "run", MANIFEST)
    run.write_samples(0, [sample(0)])
    (run.path / "tokens-00000.parquet").rename(run.path / "verdicts-00000.parquet")
    with pytest.raises(RunDirectoryError, match=r"verdicts-00000\.parquet does not have the columns"):
        run.has_verdicts(0)


def test_the_manifest_is_plain_json(tmp_path: Path) -> None:
    run = RunDirectory.create(tmp_path / "run", MANIFEST)
    assert json.loads((run.path / "manifest.json").read_text()) == run.manifest
