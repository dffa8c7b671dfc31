"""Reports of hand-made runs: the numbers, the samples shown, and hostile texts rendered harmless."""

import re
import shutil
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from evalkit.errors import RunDirectoryError
from evalkit.reports import write_report
from evalkit.types import StopReason

MakeRun = Callable[..., Path]
VOID = {"meta", "link", "br", "hr", "img", "input"}

ATTEMPTS = [
    {"task": "a", "tests": "PPP", "logprob": -0.1},
    {"task": "a", "tests": "PPF", "logprob": -0.2, "message": "a is wrong"},
    {"task": "b", "tests": "PFF", "logprob": -0.3, "message": "b is wrong", "stop": StopReason.MAX_NEW_TOKENS},
    {"task": "b", "tests": "PPF", "logprob": -0.05, "message": "b is confidently wrong"},
    {"task": "a", "tests": "NNN", "logprob": -0.01, "temperature": 0.0, "code": None},
]


class Page(HTMLParser):
    """What a browser would see: elements, attributes that fetch something, text by element."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: Counter[str] = Counter()
        self.fetching: list[str] = []
        self.open: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements[tag] += 1
        addresses = {"src", "href", "xlink:href", "action", "data", "srcset"}
        self.fetching += [name for name, value in attributes if name in addresses and not (value or "").startswith("#")]
        self.fetching += [name for name, _ in attributes if name.startswith("on")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts.setdefault(self.open[-1], []).append(data)


def report(run: Path) -> tuple[str, str]:
    markdown, html = write_report(run)
    return markdown.read_text(), html.read_text()


def table_row(markdown: str, start: str) -> list[str]:
    line = next(line for line in markdown.splitlines() if line.startswith(start))
    return [value.strip() for value in line.strip("|").split(" |")]


def test_the_numbers_of_every_table(make_run: MakeRun) -> None:
    markdown, _ = report(make_run(ATTEMPTS))
    passing, wrong = (markdown.split(f"## {name}\n")[1] for name in ("Passing", "Plausible but wrong"))
    counts, statuses = markdown.split("## What became of the samples\n")[1].split("How the tests ended:\n")
    # Task a passes 1 of 2, b 0 of 2: pass@1 (1/2 + 0)/2, pass@2 (1 + 0)/2; at 0 there is one sample of one task.
    header = ["temperature", "scored samples", "tasks", "pass@1", "pass@2", "tasks with 2 scored samples"]
    assert table_row(passing, "| temp") == header
    row = table_row(passing, "| `0.8`")
    assert [row[1], row[2], row[3][:4], row[4][:4], row[5]] == ["4 of 4", "2 of 2", "25 %", "50 %", "2 of 2"]
    assert table_row(passing, "| `0` ")[3:] == ["0 % [0\N{EN DASH}79]", "\N{EN DASH}", "0 of 1"]
    # All 4 pass the example, 3 are wrong; the half at or above -0.15 is -0.05 (wrong) and -0.1 (right).
    row = table_row(wrong, "| `0.8`")
    assert [row[1], row[2][:4], row[3], row[4][:4]] == ["4", "75 %", "2", "50 %"]
    assert table_row(wrong, "| `0` ")[1:3] == ["0", "\N{EN DASH}"]
    assert table_row(counts, "| `0.8`")[1:] == ["4", "1 (25 %)", "1 (25 %)", "0", "0", "0"]
    assert table_row(counts, "| `0` ")[1:] == ["1", "0", "0", "1 (100 %)", "0", "0"]
    assert table_row(statuses, "| temp") == ["temperature", "passed", "failed", "no solution"]
    assert table_row(statuses, "| `0.8`") == ["`0.8`", "8", "4", "0"]


def test_what_is_the_same_in_every_cell_is_said_once(make_run: MakeRun) -> None:
    markdown, _ = report(make_run(ATTEMPTS))
    assert "- Samples: 5 in 2 cells, 5 scored; in every cell: identifiers snake\\_case, prompt plain\n" in markdown
    assert "| identifiers |" not in markdown


def test_the_most_broken_requirements_come_first(make_run: MakeRun) -> None:
    markdown, _ = report(make_run(ATTEMPTS))
    rows = [line for line in markdown.splitlines() if re.match(r"\| `[ab]` \| `(adds|guards)`", line)]
    shown = [[value.strip() for value in row.strip("|").split(" |")][:5] for row in rows]
    assert shown == [
        ["`b`", "`guards`", "implied", "It refuses garbage.", "2 of 2"],
        ["`a`", "`guards`", "implied", "It refuses garbage.", "2 of 3"],
        ["`b`", "`adds`", "stated", "It adds.", "1 of 2"],
        ["`a`", "`adds`", "stated", "It adds.", "1 of 3"],
    ]


def test_a_task_that_is_only_a_number_keeps_the_name_of_its_data(make_run: MakeRun) -> None:
    _, html = report(make_run([{"task": "HumanEval/6", "tests": "PPF"}, {"task": "mine/six", "tests": "PPF"}]))
    assert "HumanEval/6 · " in html
    assert "six · " in html and "mine/six · " not in html


def test_wrong_samples_that_passed_the_examples_are_shown_most_confident_first(make_run: MakeRun) -> None:
    markdown, html = report(make_run(ATTEMPTS))
    shown = markdown.split("## Wrong code that passed the examples")[1]
    assert re.findall(r"^### (.*)$", shown, re.MULTILINE) == ["Task b", "Task a"]
    assert "b is confidently wrong" in shown
    assert "b is wrong" not in shown
    assert "mean log-probability -0.050 per token" in shown
    assert "Broke `guards` (implied): It refuses garbage. In `test_guard`: failed." in shown
    assert html.index("b is confidently wrong") < html.index("a is wrong")


def test_without_such_samples_the_most_confident_wrong_ones_are_shown(make_run: MakeRun) -> None:
    attempts = [
        {"task": "a", "tests": "NNN", "logprob": -0.1, "code": None},
        {"task": "b", "tests": "FPP", "logprob": -0.2},
        {"task": "c", "tests": "PPP", "logprob": -0.01},
    ]
    markdown, _ = report(make_run(attempts))
    shown = markdown.split("## Wrong code the model was most confident in")[1]
    assert re.findall(r"^### (.*)$", shown, re.MULTILINE) == ["Task a", "Task b"]
    assert "No code was found in this completion:\n\n```\nno idea\n```" in shown


HOSTILE = (
    "</code></pre><script>alert(1)</script><img src=x onerror=alert(1)>\n"
    "```\n````\n| a | b |\n# Not a heading\n\u202egnp.exe\x1b[2J\ud800{{ 7*7 }}\n"
)


def test_model_texts_cannot_leave_their_place_in_html(make_run: MakeRun) -> None:
    _, html = report(make_run([{"task": "a", "tests": "PPF", "code": HOSTILE, "message": HOSTILE}]))
    page = Page(html)
    _, harmless = report(make_run([{"task": "a", "tests": "PPF", "code": "pass\n", "message": "no"}]))
    assert page.elements == Page(harmless).elements
    assert page.elements["img"] == 0
    assert page.fetching == []
    expected = HOSTILE.replace("\u202e", "⟨U+202E⟩").replace("\x1b", "⟨U+001B⟩").replace("\ud800", "⟨U+D800⟩")
    assert expected in "".join(page.texts["code"])
    assert expected in "".join(page.texts["pre"])


def test_model_texts_cannot_leave_their_fence_in_markdown(make_run: MakeRun) -> None:
    markdown, _ = report(make_run([{"task": "a", "tests": "PPF", "code": HOSTILE, "message": HOSTILE}]))
    outside, fence = [], None
    for line in markdown.splitlines():
        run = re.match(r"(`{3,})", line)
        if run and fence is None:
            fence = run[1]
        elif fence and line.strip() == fence:
            fence = None
        elif fence is None:
            outside.append(line)
    assert fence is None
    assert "# Not a heading" not in outside
    assert "<script>" not in "\n".join(outside)
    assert "\u202e" not in markdown
    assert "{{ 7*7 }}" in markdown


def test_texts_of_a_suite_are_escaped_too(make_run: MakeRun) -> None:
    title = "<b>T</b> | x"
    tasks = {
        "a": {
            "hash": "0",
            "title": title,
            "requirements": [
                {"id": "adds", "kind": "stated", "text": title},
                {"id": "guards", "kind": "implied", "text": title},
            ],
        }
    }
    run = make_run([{"task": "a", "tests": "PPF"}], tasks=tasks, suite={"name": "s", "title": title})
    markdown, html = report(run)
    assert markdown.startswith("# \\<b\\>T\\</b\\> \\| x: how often")
    assert "| `a` | `guards` | implied | \\<b\\>T\\</b\\> \\| x | 1 of 1 |" in markdown
    assert Page(html).elements["b"] == 0


@pytest.mark.parametrize(
    "attempts",
    [
        [],
        [{"task": "a", "tests": "PPP"}],
        [{"task": "a", "tests": "UUU"}],
        [{"task": "a", "tests": ""}],
        [{"task": "a", "tests": "FFF", "logprob": None}],
        [{"task": "a", "tests": "NNN", "code": None}] * 3,
        ATTEMPTS,
    ],
)
def test_every_report_is_well_formed_and_holds_no_nan(make_run: MakeRun, attempts: list[dict[str, object]]) -> None:
    markdown, html = report(make_run(attempts))
    for text in (markdown, html):
        assert not re.search(r"\bnan\b|<NA>|\bNone\b(?! of)", text)
    page = Page(html)
    assert page.open == []
    assert page.elements["h1"] == 1
    assert page.elements["table"] == page.elements["caption"] == page.elements["thead"]


def test_a_run_without_scores_shows_no_tables_of_nothing(make_run: MakeRun) -> None:
    markdown, _ = report(make_run([{"task": "a", "tests": "UUU"}] * 2))
    assert "None of 2 samples was scored (2 unscored, 0 not judged yet)" in markdown
    assert markdown.count("No sample is scored.") == 3
    assert "pass@1 |" not in markdown


def test_the_page_fetches_nothing_and_suits_every_screen(make_run: MakeRun) -> None:
    _, html = report(make_run(ATTEMPTS))
    assert "default-src 'none'" in html
    assert Page(html).fetching == []
    assert not re.search(r"url\(|@import|https?://", html)
    for wanted in ("prefers-color-scheme: dark", "@media print", 'name="viewport"', 'scope="col"', 'scope="row"'):
        assert wanted in html


def test_equal_runs_give_equal_reports(make_run: MakeRun, tmp_path: Path) -> None:
    first = make_run(ATTEMPTS)
    second = shutil.copytree(first, tmp_path / "copy" / first.name)
    assert report(first) == report(second)


def test_a_report_can_be_written_elsewhere(make_run: MakeRun, tmp_path: Path) -> None:
    run = make_run(ATTEMPTS)
    assert write_report(run, tmp_path / "new" / "folder") == (
        tmp_path / "new" / "folder" / "report.md",
        tmp_path / "new" / "folder" / "report.html",
    )
    assert not (run / "report.md").exists()


def test_a_report_that_cannot_be_written_says_where(make_run: MakeRun, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunDirectoryError, match=r"Cannot write to .*file.*Choose another folder"):
        write_report(make_run(ATTEMPTS), tmp_path / "file")


def test_plausible_against_correct_is_told_where_tasks_have_both_outcomes(make_run: MakeRun) -> None:
    right, wrong = {"task": "a", "tests": "PPP"}, {"task": "a", "tests": "PPF"}
    mixed = [{**right, "logprob": -0.1}, {**right, "logprob": -0.4}, {**wrong, "logprob": -0.2}]
    text = write_report(make_run(mixed))[0].read_text()
    assert "## Plausible against correct" in text
    assert "| AUROC within tasks |" in text
    assert "| 1 of 1 | 0.50" in text
    assert "Plausible against correct" not in write_report(make_run([right, {**wrong, "task": "b"}]))[0].read_text()


@pytest.mark.parametrize(
    "config, told",
    [
        ({"reuse_verdicts": True, "repeat_verdicts": 1}, True),
        ({"reuse_verdicts": False, "repeat_verdicts": 1}, False),
        ({"reuse_verdicts": True, "repeat_verdicts": 2}, False),
    ],
)
def test_it_says_how_many_programs_there_were_where_identical_samples_share_verdicts(
    make_run: MakeRun, config: dict[str, object], told: bool
) -> None:
    run = make_run([*ATTEMPTS, ATTEMPTS[0], {"task": "a", "tests": "NNN", "code": None}], config=config)
    for text in report(run):
        assert ("2 different programs, of which identical samples share the verdicts" in text) is told
