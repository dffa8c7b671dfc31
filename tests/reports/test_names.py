"""The report's table of tokens per name and per prompt."""

from collections.abc import Callable
from pathlib import Path

from evalkit.reports import write_report
from evalkit.reports.formatting import UNKNOWN

MakeRun = Callable[..., Path]
COUNTED = {
    "snake_case": {"names": 4, "tokens": 10, "most": 4, "longest": "connection_pool_size"},
    "opaque": {"names": 4, "tokens": 9, "most": 3, "longest": "v10"},
}


def lines(markdown: str) -> list[str]:
    return [
        line for line in markdown.partition("## What the names cost\n")[2].partition("\n## ")[0].split("\n") if line
    ]


def test_tokens_per_name_and_prompt_are_shown_for_each_style(make_run: MakeRun) -> None:
    attempts = [{"task": task, "tests": "PPP", "identifiers": style} for task in "aab" for style in COUNTED]
    markdown, html = write_report(make_run(attempts, identifiers={"tiny": COUNTED}))
    assert lines(markdown.read_text()) == [
        "| identifiers | names | tokens per name | most | tokens per prompt |",
        "| --- | ---: | ---: | --- | ---: |",
        "| `snake_case` | 4 | 2.50 | 4 (connection\\_pool\\_size) | 10.0 |",
        "| `opaque` | 4 | 2.25 | 3 (v10) | 10.0 |",
    ]
    assert "What the names cost" in html.read_text()


def test_several_models_are_told_apart_and_what_is_not_known_is_a_dash(make_run: MakeRun) -> None:
    empty = {"opaque": {"names": 0, "tokens": 0, "most": 0, "longest": ""}}
    run = make_run([{"task": "a", "tests": "PPP"}], identifiers={"tiny": COUNTED, "other": empty})
    rows = lines(write_report(run)[0].read_text())
    assert rows[0].startswith("| model | identifiers | names |")
    assert rows[-1] == f"| `other` | `opaque` | 0 | {UNKNOWN} | {UNKNOWN} | {UNKNOWN} |"


def test_runs_without_a_tokenizer_have_no_such_table(make_run: MakeRun) -> None:
    markdown, html = write_report(make_run([{"task": "a", "tests": "PPP"}]))
    assert "What the names cost" not in markdown.read_text() + html.read_text()
