"""Subsets by id, pattern and tag; another order; the same for every command."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from evalkit.cli import main
from evalkit.config import load_experiment
from evalkit.errors import ConfigError
from evalkit.run.plan import plan, unrenamed
from evalkit.suites.selection import select_tasks
from evalkit.types import Suite, Task

TAGS = {"s/a1": ("x",), "s/a2": ("y",), "s/b1": ("x", "y"), "s/b2": ()}
SUITE = Suite("s", "", tuple(Task(name, "f", "", "", (), (), "", (), tags=tags) for name, tags in TAGS.items()))
LINE = {"prompt": 'def f(x):\n    """Same."""\n', "entry_point": "f", "cases": [{"arguments": [1], "result": 1}]}
LINE |= {"reference": "def f(x):\n    return x\n"}


def chosen(
    *patterns: str, limit: int | None = None, tags: tuple[str, ...] = (), shuffle: int | None = None
) -> list[str]:
    return [task.id[2:] for task in select_tasks(SUITE, patterns, limit, tags, shuffle).tasks]


def test_ids_patterns_tags_and_limit_narrow_down() -> None:
    assert chosen("a*", "s/b2") == ["a1", "a2", "b2"]
    assert chosen(tags=("x",)) == ["a1", "b1"]
    assert chosen(tags=("x", "y")) == ["a1", "a2", "b1"]
    assert chosen("b*", tags=("x",)) == ["b1"]
    assert chosen(limit=2) == ["a1", "a2"]


def test_a_seed_gives_an_order_that_does_not_depend_on_the_file() -> None:
    orders = {tuple(chosen(shuffle=seed)) for seed in range(30)}
    assert len(orders) > 10 and all(sorted(order) == ["a1", "a2", "b1", "b2"] for order in orders)
    backwards = Suite("s", "", SUITE.tasks[::-1])
    for seed in range(5):
        assert select_tasks(backwards, (), None, (), seed).tasks == select_tasks(SUITE, (), None, (), seed).tasks
    assert {tuple(chosen(shuffle=seed, limit=1)) for seed in range(30)} == {("a1",), ("a2",), ("b1",), ("b2",)}


def test_what_nothing_matches_is_told() -> None:
    with pytest.raises(ConfigError, match=r"No task of 's' has the tag 'z'\. Tags: x, y\."):
        chosen(tags=("z",))
    with pytest.raises(ConfigError, match=r"No task of 's' matches s/b2 and has the tag x\."):
        chosen("s/b2", tags=("x",))


@pytest.fixture
def data(tmp_path: Path) -> str:
    path = tmp_path / "mine.jsonl"
    path.write_text("".join(json.dumps(LINE | {"id": name, "tags": list(tags)}) + "\n" for name, tags in TAGS.items()))
    return str(path)


def test_run_list_and_judge_take_the_same_tasks(data: str, tmp_path: Path) -> None:
    options = ["--tags", "x,y", "--shuffle", "3", "--limit", "2"]
    experiment = load_experiment(data, {"tags": ("x", "y"), "shuffle": 3, "limit": 2})
    ids = [task.id for task in plan(experiment, Suite("mine", "", SUITE.tasks)).suite.tasks]
    listed = CliRunner().invoke(main, ["tasks", "list", data, *options])
    assert [line.split()[0] for line in listed.output.splitlines()[1:]] == ids
    samples = tmp_path / "samples.jsonl"
    samples.write_text("".join(json.dumps({"task_id": name, "solution": LINE["reference"]}) + "\n" for name in TAGS))
    out = tmp_path / "out"
    given = ["judge", str(samples), "--suite", data, "--sandbox", "subprocess", "--allow-unisolated", "--out", str(out)]
    done = CliRunner().invoke(main, [*given, *options])
    assert done.exit_code == 0, done.output
    assert "Left out 2 samples of tasks that were not selected." in done.output
    assert list(json.loads((out / "manifest.json").read_text())["tasks"]) in (ids, sorted(ids))


def test_judge_tells_a_tag_that_is_not_there(data: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["judge", str(tmp_path / "none"), "--suite", data, "--tags", "z"])
    assert (done.exit_code, done.output) == (2, "Error: No task of 'mine' has the tag 'z'. Tags: x, y.\n")


def test_a_run_says_that_programs_cannot_be_renamed() -> None:
    program = Task("p/1", "", "", "", (), (), "", (), judging="program")
    for styles, said in (("camelCase", ["1 tasks are programs: they have no interface to rename"]), ("snake_case", [])):
        the_plan = plan(load_experiment("p", {"identifiers": (styles,)}), Suite("p", "", (program, *SUITE.tasks)))
        assert [line.split(", so")[0] for line in unrenamed(the_plan)] == said
