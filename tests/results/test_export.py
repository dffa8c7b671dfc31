"""What is exported comes back: tables as they were, samples as files that `evalkit judge` reads."""

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

import evalkit
from evalkit.cli import main
from evalkit.errors import RunDirectoryError
from evalkit.results import RunDirectory, read_tables
from evalkit.run.sample_files import Attempt, read_attempts
from evalkit.types import Cell, Completion, Extraction, Sample, SampleKey, StopReason, TokenTrace

MakeRun = Callable[..., Path]
CELL = Cell("tiny", 0.5, "snake_case", "plain")


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """Samples with what breaks careless writers: quotes, line ends, empty and missing texts, half characters."""
    texts = ['"a", b\r\n\n', "", "\ud83d", "NaN"]
    with RunDirectory.create(
        tmp_path / "run", {"unit_size": 4, "tasks": {"t": {"requirements": []}}, "seed": 1}
    ) as run:
        run.write_samples(0, [written(index, text) for index, text in enumerate(texts)])
    return run.path


def written(index: int, text: str) -> Sample:
    trace = TokenTrace((1,), (-0.1,), (-0.1,), (0.5,), (1,), (1,)) if index else TokenTrace()
    extraction = Extraction("def f():\n    return 1\n" if text else None, ('cut, "x"',), text)
    return Sample(SampleKey("t", CELL, index), "def f():\n", Completion(text, StopReason.EOS, 2, trace), extraction)


def exported(*arguments: object) -> str:
    done = CliRunner().invoke(main, ["export", *map(str, arguments)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_tables_come_back_as_they_were(run: Path, make_run: MakeRun, tmp_path: Path, kind: str) -> None:
    runs = [run, make_run([{"task": "a", "tests": "PPF", "message": 'no\n"way"'}])]
    files = exported(*runs, "--format", kind, "--out", tmp_path / "out").splitlines()
    assert [Path(file).name for file in files] == [
        *(f"{name}.{kind}" for name in ("samples", "verdicts", "requirements", "quarantined")),
        "runs.json",
    ]
    before, after = evalkit.load(runs), read_tables(tmp_path / "out")
    for name in ("samples", "verdicts", "requirements"):
        pd.testing.assert_frame_equal(getattr(after, name), getattr(before, name))
    assert [each.label for each in after.runs] == ["run", "run-0"]
    assert after.manifest["seed"] == 1


def test_other_programs_read_the_tables(run: Path, tmp_path: Path) -> None:
    exported(run, "--out", tmp_path / "out", "--tokens")
    assert len(pd.read_parquet(tmp_path / "out" / "samples.parquet")) == 4
    assert pd.read_parquet(tmp_path / "out" / "tokens.parquet")["logprob"].tolist() == [-0.1] * 3


@pytest.mark.parametrize(("kind", "key"), [("human-eval", "completion"), ("evalplus", "solution")])
def test_judge_reads_the_samples_again(run: Path, tmp_path: Path, kind: str, key: str) -> None:
    path = tmp_path / "samples.jsonl"
    exported(run, "--format", kind, "--out", path)
    attempts = list(read_attempts([path], ["t"]))
    assert all(isinstance(each, Attempt) for each in attempts)
    program = "def f():\n    return 1\n"
    expected = "    return 1\n" if key == "completion" else program
    assert [each.text for each in attempts] == [expected, "", expected, expected]
    assert [(each.whole, each.temperature, each.index) for each in attempts] == [
        (key == "solution", 0.5, index) for index in range(4)
    ]
    assert json.loads(path.read_text().splitlines()[0])["prompt_style"] == "plain"


def test_a_program_that_does_not_begin_with_the_prompt_stands_below_it(make_run: MakeRun, tmp_path: Path) -> None:
    attempts = [{"task": "a", "tests": "PPP", "code": code} for code in ("import re\ndef add(a, b): ...\n", None)]
    exported(make_run(attempts), "--format", "human-eval", "--out", tmp_path / "s.jsonl")
    lines = map(json.loads, (tmp_path / "s.jsonl").read_text().splitlines())
    assert [line["completion"] for line in lines] == ["\nimport re\ndef add(a, b): ...\n", ""]


def test_mistakes_are_one_line(run: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["export", str(run), "--format", "evalplus", "--tokens", "--out", "x"])
    assert done.exit_code == 2
    assert "--tokens is for parquet and csv" in done.output
    with pytest.raises(RunDirectoryError, match="holds no exported tables"):
        read_tables(tmp_path)
