"""A run as tables: every column as promised, computed over the drawn tokens at T=1."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import evalkit
from evalkit.errors import RunDirectoryError
from evalkit.results import RunDirectory
from evalkit.types import (
    Cell,
    Completion,
    Context,
    Extraction,
    Sample,
    SampleKey,
    Status,
    StopReason,
    TokenTrace,
    Verdict,
)

CELL = Cell("tiny", 0.8, "camelCase", "chat")
TASKS = {"add": {"requirements": [{"id": "adds", "kind": "stated", "text": "It adds."}]}}
TRACE = TokenTrace((7, 5, 2), (-0.5, -0.25, -3.0), (-1.0, -2.0, -3.0), (1.0, 0.5, 0.0), (1, 4, 2), (1, 2, 2))


def sample(index: int, tokens: TokenTrace = TRACE) -> Sample:
    completion = Completion("ab", StopReason.MAX_NEW_TOKENS, 12, tokens)
    return Sample(SampleKey("add", CELL, index), "def add", completion, Extraction(None, ("no code",)))


@pytest.fixture
def run(tmp_path: Path) -> RunDirectory:
    return RunDirectory.create(tmp_path / "run", {"unit_size": 1, "tasks": TASKS})


def test_the_samples_table(run: RunDirectory) -> None:
    run.write_samples(0, [sample(0)])
    run.write_samples(1, [sample(1, TokenTrace())])
    samples = evalkit.load(run.path).samples
    assert all(isinstance(kind, pd.ArrowDtype) for kind in samples.dtypes)
    assert samples.iloc[0].to_dict() | {"cuts": None} == {
        "task_id": "add",
        "model": "tiny",
        "temperature": 0.8,
        "identifiers": "camelCase",
        "prompt_style": "chat",
        "context_position": "end",
        "filler_tokens": 0,
        "retrieval": "off",
        "index": 0,
        "prompt": "def add",
        "completion": "ab",
        "extracted": None,
        "solution": None,
        "cuts": None,
        "reasoning_start": None,
        "reasoning_end": None,
        "stop_reason": "max_new_tokens",
        "prompt_tokens": 12,
        "completion_tokens": 3,
        "reasoning_tokens": 0,
        "mean_logprob": -1.25,
        "sum_logprob": -3.75,
        "min_logprob": -3.0,
        "mean_entropy": 0.5,
        "has_solution": False,
        "run": "run",
    }
    assert list(samples["cuts"].iloc[0]) == ["no code"]
    assert samples["mean_logprob"].isna().tolist() == [False, True]


def test_reasoning_is_counted_and_left_out_of_plausibility(run: RunDirectory) -> None:
    trace = TokenTrace((9, 9, 7, 5), (-8.0, -6.0, -0.5, -1.5), (0.0,) * 4, (3.0, 3.0, 1.0, 0.0), (1,) * 4, (3, 5, 6, 9))
    completion = Completion("Hm.\n\nab\nc", StopReason.EOS, 12, trace)
    cell = replace(CELL, context=Context("start", 500, "on"))
    written = Sample(SampleKey("add", cell, 0), "", completion, Extraction("x\n", (), "ab\n", (0, 5)))
    run.write_samples(0, [written])
    row = evalkit.load(run.path).samples.iloc[0]
    counted = row[["completion_tokens", "reasoning_tokens", "reasoning_start", "reasoning_end", "extracted"]]
    assert counted.tolist() == [4, 2, 0, 5, "ab\n"]
    assert row[["mean_logprob", "sum_logprob", "min_logprob", "mean_entropy"]].tolist() == [-1.0, -2.0, -1.5, 0.5]
    assert row[["context_position", "filler_tokens", "retrieval"]].tolist() == ["start", 500, "on"]
    assert run.read_samples(0) == (written,)


def test_the_tokens_table_has_one_row_per_drawn_token(run: RunDirectory) -> None:
    run.write_samples(0, [sample(0, TokenTrace())])
    run.write_samples(1, [sample(1), sample(2)])
    tokens = evalkit.load(run.path).tokens()
    assert tokens["index"].tolist() == [1, 1, 1, 2, 2, 2]
    assert tokens["position"].tolist() == [0, 1, 2, 0, 1, 2]
    last = tokens.iloc[5]
    assert last[["id", "logprob", "drawn_logprob", "entropy", "rank", "end"]].tolist() == [2, -3, -3, 0, 2, 2]


def test_the_verdicts_and_requirements_tables(run: RunDirectory) -> None:
    run.write_verdicts(0, [Verdict(SampleKey("add", CELL, 4), "test_x", "adds", False, Status.ERROR, "boom")])
    results = evalkit.load(run.path)
    assert results.verdicts.iloc[0].tolist() == [
        "add",
        "tiny",
        0.8,
        "camelCase",
        "chat",
        "end",
        0,
        "off",
        4,
        "test_x",
        "adds",
        False,
        "error",
        "boom",
        False,
        "run",
    ]
    assert results.requirements.to_dict("records") == [
        {"task_id": "add", "requirement": "adds", "kind": "stated", "text": "It adds."}
    ]


def test_units_are_read_in_the_order_of_the_plan(run: RunDirectory) -> None:
    for unit in (100_000, 9, 99_999):
        run.write_samples(unit, [sample(unit)])
    assert evalkit.load(run.path).samples["index"].tolist() == [9, 99_999, 100_000]


def test_a_users_own_files_beside_the_shards_are_left_alone(run: RunDirectory) -> None:
    (run.path / "samples-mine.parquet").write_bytes(b"not a shard")
    assert len(evalkit.load(run.path).samples) == 0


def test_verdicts_of_tests_in_the_solutions_process_are_forgeable(tmp_path: Path) -> None:
    tasks = {"alone": {"judging": "separate"}, "inside": {"judging": "shared"}, "before": {}}
    tasks = {name: {"requirements": [], **task} for name, task in tasks.items()}
    run = RunDirectory.create(tmp_path / "run", {"unit_size": 3, "tasks": tasks})
    verdicts = [Verdict(SampleKey(name, CELL, 0), "test_x", "adds", False, Status.PASSED) for name in tasks]
    run.write_verdicts(0, verdicts)
    assert evalkit.load(run.path).verdicts["forgeable"].tolist() == [False, True, False]


def test_an_empty_run_has_empty_tables(run: RunDirectory) -> None:
    results = evalkit.load(run.path)
    assert len(results.samples) == len(results.verdicts) == len(results.tokens()) == 0
    assert "message" in results.verdicts


def test_loading_needs_no_lock_and_touches_no_writer(run: RunDirectory) -> None:
    in_flight = run.path / ".samples-00000.parquet.tmp"
    in_flight.write_bytes(b"half")
    evalkit.load(run.path)
    assert in_flight.exists()


def test_a_manifest_without_requirements_is_refused(tmp_path: Path) -> None:
    run = RunDirectory.create(tmp_path / "run", {"unit_size": 1, "tasks": {"add": {"requirements": [{}]}}})
    with pytest.raises(RunDirectoryError, match="does not list its tasks' requirements"):
        evalkit.load(run.path)


def test_importing_evalkit_or_writing_a_run_imports_no_pandas() -> None:
    code = "import sys, evalkit, evalkit.results; sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_most_likely_tokens_are_kept_where_asked(run: RunDirectory) -> None:
    top = replace(TRACE, top_ids=((7, 1), (3, 5), (2, 9)), top_logprobs=((-0.5, -1.0), (-0.1, -0.25), (-3.0, -3.5)))
    run.write_samples(0, [sample(0, top)])
    run.write_samples(1, [sample(1)])  # a model that cannot say them
    assert run.read_samples(0) == (sample(0, top),)
    assert run.read_samples(1) == (sample(1),)
    tokens = evalkit.load(run.path).tokens()
    assert [list(each) for each in tokens["top_ids"][:3]] == [[7, 1], [3, 5], [2, 9]]
    assert list(tokens["top_logprobs"][2]) == [-3.0, -3.5]
    assert tokens["top_ids"][3:].isna().all()
    assert list(tokens["position"]) == [0, 1, 2] * 2
    plain = RunDirectory.create(run.path.parent / "plain", {"unit_size": 1, "tasks": TASKS})
    plain.write_samples(0, [sample(0)])
    assert "top_ids" not in evalkit.load(plain.path).tokens()
