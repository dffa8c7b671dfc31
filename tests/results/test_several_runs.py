"""Several runs as one table: folders of runs, several models, the same cells drawn again."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import evalkit
from evalkit.errors import RunDirectoryError
from evalkit.results import RunDirectory
from evalkit.statistics import pass_table, sample_outcomes
from evalkit.types import Cell, Completion, Extraction, Sample, SampleKey, StopReason, TokenTrace

MakeRun = Callable[..., Path]

RIGHT = {"task": "a", "tests": "PPP"}
WRONG = {"task": "a", "tests": "PPF"}


def test_runs_of_several_models_are_one_table(make_run: MakeRun) -> None:
    runs = [make_run([RIGHT]), make_run([{**WRONG, "model": "large", "task": "b"}])]
    results = evalkit.load(runs)
    assert results.samples[["model", "task_id", "index", "run"]].values.tolist() == [
        ["tiny", "a", 0, "run-0"],
        ["large", "b", 0, "run-1"],
    ]
    assert results.verdicts["run"].tolist() == ["run-0"] * 3 + ["run-1"] * 3
    assert results.requirements["task_id"].tolist() == ["a", "a", "b", "b"]
    assert [run.path for run in results.runs] == runs
    assert results.path == runs[0]


def test_a_folder_of_runs_is_all_of_them(make_run: MakeRun, tmp_path: Path) -> None:
    make_run([RIGHT])
    make_run([{**RIGHT, "temperature": 0.2}])
    (tmp_path / "notes").mkdir()
    assert len(evalkit.load(tmp_path).samples) == len(evalkit.load([tmp_path, tmp_path / "run-0"]).samples) == 2


def test_other_seeds_are_more_samples_of_the_same_cells(make_run: MakeRun) -> None:
    results = evalkit.load([make_run([RIGHT, WRONG], seed=1), make_run([WRONG, RIGHT, RIGHT], seed=2)])
    assert results.samples["index"].tolist() == [0, 1, 2, 3, 4]
    assert results.tokens()["index"].tolist() == [0, 1, 2, 3, 4]
    assert pass_table(sample_outcomes(results), [1])["estimate"].tolist() == [pytest.approx(3 / 5)]


def test_the_same_draws_twice_are_refused(make_run: MakeRun) -> None:
    with pytest.raises(RunDirectoryError, match="hold the same samples"):
        evalkit.load([make_run([RIGHT]), make_run([RIGHT])])


def test_the_same_seed_in_other_cells_is_fine(make_run: MakeRun) -> None:
    results = evalkit.load([make_run([RIGHT]), make_run([{**RIGHT, "identifiers": "camelCase"}])])
    assert results.samples["index"].tolist() == [0, 0]


def test_tasks_that_changed_between_runs_are_refused(make_run: MakeRun) -> None:
    changed = {"a": {"hash": "1e", "title": "", "requirements": []}}
    with pytest.raises(RunDirectoryError, match="the task 'a' is not the same in both"):
        evalkit.load([make_run([RIGHT]), make_run([WRONG], seed=8, tasks=changed)])


def test_no_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(RunDirectoryError, match="No run directory was given"):
        evalkit.load([])
    with pytest.raises(RunDirectoryError, match=r"holds no manifest\.json"):
        evalkit.load(tmp_path)


def test_folders_of_one_name_are_told_apart_by_their_paths(make_run: MakeRun, tmp_path: Path) -> None:
    pairs = [(make_run([RIGHT]), "x"), (make_run([{**RIGHT, "model": "other"}]), "y")]
    moved = []
    for path, folder in pairs:
        (tmp_path / folder).mkdir()
        moved.append(path.rename(tmp_path / folder / "run"))
    assert evalkit.load(moved).samples["run"].tolist() == [str(path) for path in moved]


def test_without_texts_the_numbers_are_the_same(make_run: MakeRun) -> None:
    path = make_run([RIGHT, {"task": "a", "tests": "NNN", "code": None}])
    whole, numbers = evalkit.load(path), evalkit.load(path, texts=False)
    assert set(whole.samples) - set(numbers.samples) == {"prompt", "completion", "extracted", "solution", "cuts"}
    pd.testing.assert_frame_equal(sample_outcomes(whole), sample_outcomes(numbers))


def test_hundreds_of_shards_are_read_in_the_order_of_the_plan(tmp_path: Path) -> None:
    cell = Cell("tiny", 0.8, "camelCase", "chat")
    completion = Completion("", StopReason.EOS, 1, TokenTrace())
    with RunDirectory.create(tmp_path / "run", {"unit_size": 1, "tasks": {}}) as run:
        for unit in range(40):
            sample = Sample(SampleKey(f"t{unit % 7}", cell, unit), "", completion, Extraction(None))
            run.write_samples(unit, [sample])
    samples = evalkit.load(run.path).samples
    assert samples["index"].tolist() == list(range(40))
    assert samples["task_id"].tolist() == [f"t{unit % 7}" for unit in range(40)]


def test_what_a_filter_leaves_out_is_no_empty_group(make_run: MakeRun) -> None:
    samples = evalkit.load(make_run([RIGHT, {**RIGHT, "task": "b"}])).samples
    assert samples[samples["task_id"].eq("a")].groupby("task_id").size().to_dict() == {"a": 1}
