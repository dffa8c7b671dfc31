"""The order of samples, the selection of tasks, and what a plan refuses."""

from itertools import groupby
from pathlib import Path

import pytest

from evalkit.config import load_experiment
from evalkit.errors import ConfigError
from evalkit.experiment import Experiment
from evalkit.run.location import located
from evalkit.run.plan import Plan, plan, select_tasks
from evalkit.types import Suite, Task


def task(task_id: str) -> Task:
    source = 'def double(first_value):\n    """Double."""\n'
    reference = "def double(first_value):\n    return 2 * first_value\n"
    return Task(task_id, "double", source, "from solution import double\n", (), (), reference, ())


SUITE = Suite("s", "S", (task("s/parse_a"), task("s/parse_b"), task("s/other")))
GRID = {
    "model": ("m1", "m2"),
    "identifiers": ("snake_case", "camelCase"),
    "prompt": ("plain", "chat"),
    "temperature": (0.0, 1.0),
    "samples": 3,
}


def planned(**options: object) -> Plan:
    return plan(load_experiment("s", {**GRID, **options}), SUITE)


def test_every_cell_gets_every_task_and_index_once() -> None:
    keys = planned().keys
    assert len(keys) == len(set(keys)) == 2 * 3 * 2 * 2 * 2 * 3
    assert len(planned().cells) == 16


def test_models_are_outermost_and_samples_of_one_prompt_are_neighbours() -> None:
    keys = planned().keys
    assert [model for model, _ in groupby(key.cell.model for key in keys)] == ["m1", "m2"]
    prompts = [(key.cell.model, key.task_id, key.cell.identifiers, key.cell.prompt) for key in keys]
    assert len(list(groupby(prompts))) == len(set(prompts))


def test_units_cut_the_plan_in_order() -> None:
    the_plan = planned(unit_size=32)
    assert [len(unit) for unit in the_plan.units] == [32] * 4 + [16]
    assert tuple(key for unit in the_plan.units for key in unit) == the_plan.keys


def test_a_question_is_renamed_and_put_in_the_style_of_its_cell() -> None:
    the_plan = planned()
    modes = {}
    for key in the_plan.keys:
        question = the_plan.question(key)
        assert ("firstValue" in question.prompt.text) == (key.cell.identifiers == "camelCase")
        modes[key.cell.prompt] = question.prompt.mode
    assert modes == {"plain": "base", "chat": "chat"}


@pytest.mark.parametrize(
    ("patterns", "limit", "chosen"),
    [
        ((), None, ["s/parse_a", "s/parse_b", "s/other"]),
        (("parse_*",), None, ["s/parse_a", "s/parse_b"]),
        (("s/other", "parse_a"), None, ["s/parse_a", "s/other"]),
        (("parse_*",), 1, ["s/parse_a"]),
    ],
)
def test_tasks_are_selected_by_id_or_pattern(patterns: tuple[str, ...], limit: int | None, chosen: list[str]) -> None:
    assert [each.id for each in select_tasks(SUITE, patterns, limit).tasks] == chosen


def test_a_pattern_that_matches_nothing_is_a_mistake() -> None:
    with pytest.raises(ConfigError, match=r"No task of 's' matches 'prase_a'\. Tasks: s/parse_a, s/parse_b, s/other\."):
        select_tasks(SUITE, ("parse_a", "prase_a"), None)


def test_two_models_must_not_share_a_name_in_the_report() -> None:
    with pytest.raises(ConfigError, match="'small'"):
        planned(model=("/one/small.gguf", "/two/small.gguf"))


def test_a_small_run_is_written_in_small_units_and_a_huge_one_in_two_thousand() -> None:
    assert planned(samples=1).unit_size == 4
    assert planned(samples=1000).unit_size == 32
    huge = planned(samples=10_000)
    assert len(huge.units) == pytest.approx(2000, abs=1)


def test_a_servers_model_is_not_a_folder_that_is_called_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tiny").mkdir()
    monkeypatch.chdir(tmp_path)
    experiment = located(Experiment(suite="starter", model=("openai:tiny", "tiny", "replay:tiny")))
    assert experiment.model == ("openai:tiny", str(tmp_path / "tiny"), f"replay:{tmp_path / 'tiny'}")
