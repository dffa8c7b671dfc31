"""Failures by how well known the library of a task is, with and without documentation."""

from collections.abc import Callable
from pathlib import Path

import evalkit
from evalkit.reports import write_report
from evalkit.statistics import library_table, sample_outcomes

MakeRun = Callable[..., Path]

MADE_UP = "raised AttributeError: module 'loom' has no attribute 'weave'"
OWN = "raised TypeError: helper() missing 1 required positional argument: 'n'"
SOLUTION = "import loom\n\n\ndef helper(n):\n    return n\n"
ATTEMPTS = [
    {"task": "known", "tests": "PPP"},
    {"task": "known", "tests": "PPF"},
    {"task": "new", "tests": "EPP", "message": MADE_UP, "code": SOLUTION},
    {"task": "new", "tests": "EPP", "message": OWN, "code": SOLUTION},
    {"task": "new", "tests": "EPP", "message": "raised ModuleNotFoundError: No module named 'looms'"},
    {"task": "new", "tests": "EPP", "message": "raised TypeError: weave() got an unexpected keyword argument 'at'"},
    {"task": "new", "tests": "NNN", "code": None},
    {"task": "new", "tests": "UUU"},
    {"task": "none", "tests": "PPP"},
]


def described(familiarity: str) -> dict[str, object]:
    return {"requirements": [], "library": {"name": "loom", "familiarity": familiarity, "packages": []}}


def run(make_run: MakeRun) -> Path:
    tasks = {"new": described("unseen"), "known": described("well-known"), "none": {"requirements": []}}
    return make_run(ATTEMPTS, tasks=tasks)


def test_made_up_interfaces_are_told_from_wrong_behaviour(make_run: MakeRun) -> None:
    results = evalkit.load(run(make_run))
    table = library_table(results, sample_outcomes(results))
    assert table["familiarity"].unique().tolist() == ["well-known", "unseen"]
    counts = table.pivot(index="familiarity", columns="outcome", values="samples").to_dict("index")
    assert counts["well-known"]["passed"] == 1 and counts["well-known"]["wrong behaviour"] == 1
    assert counts["unseen"] == {
        "passed": 0,
        "import error": 1,
        "missing attribute": 1,
        "wrong signature": 1,
        "wrong behaviour": 1,
        "other": 1,
    }
    assert set(table["scored"]) == {2, 5} and table["estimate"].between(0, 1).all()


def test_a_run_without_libraries_has_no_such_table(make_run: MakeRun) -> None:
    results = evalkit.load(make_run([{"task": "a", "tests": "PPP"}]))
    assert library_table(results, sample_outcomes(results)).empty


def test_the_report_shows_familiarity_against_documentation(make_run: MakeRun) -> None:
    with_pages = [{**attempt, "tests": "PPP", "retrieval": "on"} for attempt in ATTEMPTS]
    tasks = {"new": described("unseen"), "known": described("well-known")}
    markdown = write_report(make_run([*ATTEMPTS, *with_pages], tasks=tasks))[0].read_text()
    section = markdown.partition("## Known, rare and unseen libraries")[2].partition("\n## ")[0]
    head, _, *rows = [line for line in section.splitlines() if line.startswith("|")]
    assert "| familiarity | documentation |" in head and "| missing attribute |" in head
    cells = [[cell.strip(" `") for cell in row.split("|")[1:3]] for row in rows]
    assert cells == [["well-known", "off"], ["well-known", "on"], ["unseen", "off"], ["unseen", "on"]]


def test_a_run_without_libraries_has_no_such_section(make_run: MakeRun) -> None:
    markdown = write_report(make_run([{"task": "a", "tests": "PPF"}]))[0].read_text()
    assert "unseen libraries" not in markdown
