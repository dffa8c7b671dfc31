"""Runs over time: what is found, the steps that are changes for sure, and how they are shown."""

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from evalkit.cli import main
from evalkit.history import find_recorded, trends
from evalkit.history.page import to_page
from evalkit.history.writing import sparkline

MakeRun = Callable[..., Path]
Put = Callable[..., Path]


def attempts(passing: int, tasks: int = 10, samples: int = 4, **common: object) -> list[dict[str, Any]]:
    """The first so many of each task's samples pass."""
    return [
        {"task": f"t{task}", "tests": "PPP" if number < passing else "PPF", **common}
        for task in range(tasks)
        for number in range(samples)
    ]


@pytest.fixture
def put(make_run: MakeRun, tmp_path: Path) -> Put:
    """put(name, day, attempts, **manifest): a run of that name in the folder 'all', begun on that day of a month."""

    def make(name: str, day: int, rows: list, **manifest: object) -> Path:
        path = tmp_path / "all" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return make_run(rows, created=f"2026-10-{day:02}T09:00:00+00:00", **manifest).rename(path)

    return make


def cli(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["history", *map(str, arguments)])


def test_runs_are_found_at_any_depth_and_stand_in_the_order_of_their_times(put: Put, tmp_path: Path) -> None:
    put("z/deep/one", 1, attempts(2))
    put("a", 3, attempts(4))
    put("m", 2, attempts(2))
    [series] = trends(find_recorded(tmp_path / "all", print))
    assert [point.run for point in series.points] == ["z/deep/one", "m", "a"]
    assert [point.estimate for point in series.points] == [0.5, 0.5, 1.0]
    assert [point.mark for point in series.points] == ["", "", "better"]
    assert series.points[2].difference == 0.5
    assert series.points[1].low < 0.5 < series.points[1].high


def test_a_fall_is_marked_and_one_that_chance_gives_is_not(put: Put, tmp_path: Path) -> None:
    put("one", 1, attempts(4))
    put("two", 2, attempts(4, tasks=9) + attempts(3, tasks=10)[36:])
    put("three", 3, attempts(0))
    text = cli(tmp_path / "all").stdout
    assert text.splitlines()[0] == "small, tiny, plain: pass@1  ██▁"
    one, two, three = text.splitlines()[1:]
    assert re.search(r"^    2026-10-01T09:00  one    100 % \[", one)
    assert "-2.5 pp" in two and two.startswith("    ")
    assert "-97.5 pp" in three and three.startswith("  ▼ ")


def test_suites_models_and_prompts_are_series_of_their_own(put: Put, tmp_path: Path) -> None:
    put("one", 1, attempts(4) + attempts(0, prompt="terse"))
    put("two", 2, attempts(4, model="large"))
    put("three", 3, attempts(4), suite={"name": "other", "hash": "1"})
    found = trends(find_recorded(tmp_path / "all", print), ["pass@1", "pass^2", "pass@9"])
    assert [(each.suite, each.model, each.prompt, each.metric) for each in found] == [
        (*key, metric)
        for key in (("other", "tiny", "plain"), ("small", "large", "plain"), ("small", "tiny", "plain"))
        for metric in ("pass@1", "pass^2")
    ] + [("small", "tiny", "terse", metric) for metric in ("pass@1", "pass^2")]


def test_what_else_differs_from_the_run_before_is_told(put: Put, tmp_path: Path) -> None:
    tasks = {f"t{at}": {"hash": "new", "requirements": []} for at in range(10)}
    put("one", 1, attempts(4), config={"top_p": 0.9})
    put("two", 2, attempts(4), config={"top_p": 0.8})
    put("three", 3, attempts(0), config={"top_p": 0.8}, tasks=tasks, suite={"name": "small", "hash": "1e"})
    [series] = trends(find_recorded(tmp_path / "all", print))
    assert [point.note for point in series.points] == [
        "",
        "other top_p",
        "the suite has changed; nothing in common with the run before",
    ]
    assert series.points[2].mark == ""


def test_what_cannot_be_read_is_told_and_left_out(put: Put, tmp_path: Path) -> None:
    put("good", 1, attempts(4))
    put("unscored", 2, [{"task": "a", "tests": "UUU"}])
    put("empty", 3, [])
    broken = put("broken", 4, attempts(4)) / "manifest.json"
    broken.write_text("{")
    old = put("old", 5, attempts(4)) / "manifest.json"
    old.write_text(json.dumps({**json.loads(old.read_text()), "format": 1}))
    result = cli(tmp_path / "all")
    assert result.exit_code == 0
    told = sorted(result.stderr.splitlines())
    assert len(told) == 4 and all(line.startswith("Left out: ") for line in told)
    assert "has run format 1" in "".join(told)
    assert "good" in result.stdout


def test_a_folder_without_runs_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    for name, told in (("none", "holds no run that can be read (0 found)"), ("missing", "is not a folder")):
        result = cli(tmp_path / name)
        assert result.exit_code == 2 and told in result.stderr and len(result.stderr.splitlines()) == 1


def test_sparklines_have_one_scale() -> None:
    assert sparkline([0.0, 0.12, 0.13, 0.99, 1.0]) == "▁▁▂██"


class Elements(HTMLParser):
    """Which elements a page has, and what they would fetch or run."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.bad: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.bad += [name for name, _ in attributes if name in {"src", "srcset"} or name.startswith("on")]


def test_the_page_stands_alone_and_escapes_what_it_shows(put: Put, tmp_path: Path) -> None:
    hostile = "<script>alert(1)</script>\u202e"
    put("one", 1, attempts(4, prompt=hostile))
    put("two", 2, attempts(0, prompt=hostile))
    result = cli(tmp_path / "all", "--out", tmp_path / "pages" / "history.html")
    assert result.stdout.splitlines()[-1] == str(tmp_path / "pages" / "history.html")
    text = (tmp_path / "pages" / "history.html").read_text()
    page = Elements(text)
    assert page.tags.count("svg") == 1 and page.tags.count("tr") == 3
    assert not {"script", "link", "img", "iframe"} & set(page.tags) and not page.bad
    assert "\u202e" not in text and "▼ worse" in text and "url(http" not in text
    assert to_page(trends(find_recorded(tmp_path / "all", print))) == text


def test_json_has_every_point(put: Put, tmp_path: Path) -> None:
    put("one", 1, attempts(4))
    put("two", 2, attempts(0))
    [series] = json.loads(cli(tmp_path / "all", "--json").stdout)["series"]
    first, second = series["points"]
    assert (first["estimate"], first["difference"], first["mark"]) == (1.0, None, "")
    assert (second["estimate"], second["difference"], second["mark"]) == (0.0, -1.0, "worse")
