"""How a plan puts prompt styles to use: templates of one's own, shots from the suite, limits of published set-ups."""

from pathlib import Path

import pytest

from evalkit.config import load_experiment
from evalkit.errors import ConfigError
from evalkit.run.location import located
from evalkit.run.plan import Plan, plan
from evalkit.types import Suite, Task

NAMES = ("count_all", "count_some", "count_none", "count_few")


def task(name: str) -> Task:
    source = f'def {name}(first_value):\n    """Count."""\n'
    return Task(f"s/{name}", name, source, f"from solution import {name}\n", (), (), source + "    return 1\n", ())


SUITE = Suite("s", "S", tuple(map(task, NAMES)))


def planned(**options: object) -> Plan:
    return plan(located(load_experiment("s", {"samples": 1, **options})), SUITE)


def template(folder: Path, text: str = "---\nmode: base\n---\n# mine\n{{ source }}") -> str:
    folder.mkdir(exist_ok=True)
    path = folder / "mine.jinja"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_template_is_a_style_named_by_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    template(tmp_path)
    monkeypatch.chdir(tmp_path)
    the_plan = planned(prompt=("mine.jinja", "chat"))
    assert [cell.prompt for cell in the_plan.cells] == ["mine.jinja", "chat"]
    monkeypatch.chdir("/")  # a resumed run may be started anywhere
    assert the_plan.question(the_plan.keys[0]).prompt.text.startswith("# mine\ndef count_all")


def test_two_templates_of_one_name_cannot_be_told_apart(tmp_path: Path) -> None:
    styles = (template(tmp_path / "a"), template(tmp_path / "b"))
    with pytest.raises(ConfigError, match=r"Two prompt styles would both be called 'mine.jinja'"):
        planned(prompt=styles)


def test_a_missing_template_is_told_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none.jinja: there is no such template file"):
        planned(prompt=(str(tmp_path / "none.jinja"),))


def test_shots_come_from_the_whole_suite_in_the_identifier_style_of_the_cell() -> None:
    the_plan = planned(prompt=("few-shot",), identifiers=("camelCase",), tasks=("count_all",))
    text = the_plan.question(the_plan.keys[0]).prompt.text
    assert text.count("    return 1\n") == 3
    assert "countFew(firstValue)" in text
    assert "count_few" not in text


def test_a_published_limit_wins_over_the_runs() -> None:
    the_plan = planned(prompt=("evalplus-base", "chat"), max_new_tokens=100, limit=1)
    assert {key.cell.prompt: the_plan.max_new_tokens(key) for key in the_plan.keys} == {
        "evalplus-base": 768,
        "chat": 100,
    }
