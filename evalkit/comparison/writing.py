"""A comparison for people (plain text, Markdown for pull requests) and for scripts (JSON)."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from evalkit.comparison.flips import Code, Flip
from evalkit.comparison.paired import Contrast, Report
from evalkit.reports.failing import cell_label
from evalkit.reports.formatting import (
    UNKNOWN,
    count,
    markdown_code,
    markdown_fenced,
    markdown_inline,
    percent,
    shortened,
    visible,
)

FORMAT = 1
CODE_LIMIT = 4_000  # characters of one sample in text and Markdown; JSON has all
_CORRECTIONS = {"holm": "Holm", "fdr_bh": "Benjamini and Hochberg"}
_FINDINGS = {
    "better": "better",
    "worse": "worse",
    "undecided": "no difference shown",
    "undefined": "nothing to compare",
}


def points(share: float) -> str:
    """A difference of shares in percentage points, with its sign.

    >>> points(0.123), points(-0.0001)
    ('+12.3 pp', '+0.0 pp')
    """
    return UNKNOWN if math.isnan(share) else f"{round(share * 100, 1) + 0.0:+.1f} pp"


def to_json(report: Report) -> str:
    """Everything as one JSON object; what is not defined is null."""
    contrasts = [_as_data(contrast) for contrast in report.contrasts]
    head = {"format": FORMAT, "reference": report.reference, "factor": report.factor, "correction": report.correction}
    robust = [asdict(each) for each in report.robust]
    return json.dumps(_without_nan({**head, "level": 0.95, "comparisons": contrasts, "robust": robust}), indent=2)


def to_text(report: Report, shown: int) -> str:
    """For the terminal, with the code of the first `shown` flipped tasks of each contrast."""
    blocks = ["\n".join(_text_lines(report, contrast, shown)) for contrast in report.contrasts]
    robust = "\n".join(_robust_lines(report))
    return str(visible("\n\n".join([*blocks, robust] if robust else blocks)))


def to_markdown(report: Report, shown: int) -> str:
    """For a pull request: a table, then the first `shown` flipped tasks folded up."""
    head = ["first", "second", "tasks", "passes", "difference [95 %]", "p", f"p ({_CORRECTIONS[report.correction]})"]
    rows = [_markdown_row(contrast) for contrast in report.contrasts]
    table = _markdown_table([*head, "detectable", "finding"], rows)
    parts = [f"### Comparison with {markdown_inline(report.reference)}", table]
    for contrast in report.contrasts:
        parts += ["\n".join(f"- {markdown_inline(note)}" for note in _notes(contrast))]
        parts += [_markdown_flip(contrast, flip) for flip in contrast.flips[:shown]]
    if report.robust:
        parts += ["\n".join(f"- {markdown_inline(line.strip())}" for line in _robust_lines(report))]
    return str(visible("\n\n".join(parts) + "\n"))


def _text_lines(report: Report, contrast: Contrast, shown: int) -> Iterator[str]:
    found = contrast.comparison
    yield f"{contrast.first} -> {contrast.second}: {_FINDINGS[contrast.finding]}"
    yield f"  passes: {percent(found.before)} % -> {percent(found.after)} %, {_difference(contrast)}"
    yield f"  p {_p(found.p)} ({found.test}), {_p(contrast.p_adjusted)} {_adjusted(report)}"
    yield from (f"  {note}" for note in _notes(contrast))
    for flip in contrast.flips[:shown]:
        yield f"  {_flip_title(flip)}"
        for name, code in ((contrast.first, flip.first), (contrast.second, flip.second)):
            yield f"    {name}: {_code_title(code)}"
            yield from (f"      | {line}" for line in shortened(code.code, CODE_LIMIT).splitlines())
    if len(contrast.flips) > shown:
        yield f"  and {count(len(contrast.flips) - shown, 'more flipped task')} (--flips, --json)"


def _robust_lines(report: Report) -> Iterator[str]:
    """ReCode's figures: what passes in every wording, and which share of what passed in the first one that is less."""
    if report.robust:
        yield f"solved only where every level solves it: {', '.join(report.robust[0].levels)}"
    varied = _varied([each.cell for each in report.robust])
    for each in report.robust:
        cell = ", ".join(f"{name} {each.cell[name]}" for name in varied)
        interval = "" if math.isnan(each.low) else f" [{percent(each.low)} to {percent(each.high)}]"
        drop = "not defined" if math.isnan(each.drop) else f"{percent(each.drop)} %"
        told = (
            f"pass@{each.k} {percent(each.pass_at_k)} %, robust pass@{each.k} {percent(each.robust_pass)} %{interval}"
        )
        yield f"  {cell + ': ' if cell else ''}{told}, robust drop {drop}, {count(each.tasks, 'task')}"


def _varied(cells: Sequence[Mapping[str, object]]) -> list[str]:
    """The factors that tell cells apart."""
    return [name for name in (cells[0] if cells else ()) if len({cell[name] for cell in cells}) > 1]


def _difference(contrast: Contrast) -> str:
    found = contrast.comparison
    told = f"difference {points(found.difference)}"
    return told if math.isnan(found.low) else f"{told} [{points(found.low)} to {points(found.high)}]"


def _adjusted(report: Report) -> str:
    return f"after {_CORRECTIONS[report.correction]} for {count(len(report.contrasts), 'comparison')}"


def _notes(contrast: Contrast) -> Iterator[str]:
    """What must be known beside the numbers."""
    found = contrast.comparison
    rest = found.tasks - contrast.gained - contrast.lost
    yield f"{count(found.tasks, 'task')} in both: {contrast.gained} better, {contrast.lost} worse, {rest} the same"
    if found.detectable == 0:
        yield "every task moved alike, so their spread does not tell which difference would have been shown"
    elif not math.isnan(found.detectable):
        yield f"so many tasks would show a difference of {percent(found.detectable)} pp (power 80 %)"
    if contrast.left_out:
        left_out = count(contrast.left_out, "task")
        yield f"{left_out} left out: without scored samples on both sides, or not the same there"
    if contrast.left_out_cells:
        yield f"{count(contrast.left_out_cells, 'cell')} left out that only one side has"
    if any(contrast.unscored):
        yield f"samples that are not scored, and in no number: {contrast.unscored[0]} and {contrast.unscored[1]}"
    if contrast.changed:
        yield f"changed: {'; '.join(contrast.changed)}"
    if contrast.allowed:
        yield f"not equal, but allowed: {'; '.join(map(str, contrast.allowed))}"
    lost = sum(not flip.gained for flip in contrast.flips)
    if contrast.flips:
        yield f"{count(len(contrast.flips), 'flipped task')}: {lost} lost, {len(contrast.flips) - lost} gained"


def _flip_title(flip: Flip) -> str:
    what = "gained" if flip.gained else "lost"
    return f"{what} {flip.task_id}: {percent(flip.before)} % -> {percent(flip.after)} % of its samples pass"


def _code_title(code: Code) -> str:
    told = f"sample {code.index} of {cell_label(code.cell)}"
    if code.passed:
        return f"{told}, passes"
    broke = f", broke {', '.join(code.broke)}" if code.broke else ""
    return f"{told}{broke}" + ("" if code.executed else ", no code found in this answer")


def _p(value: float) -> str:
    if math.isnan(value):
        return UNKNOWN
    return f"{value:.3f}" if value >= 0.001 else "<0.001"


def _markdown_row(contrast: Contrast) -> list[str]:
    found = contrast.comparison
    return [
        markdown_inline(contrast.first),
        markdown_inline(contrast.second),
        str(found.tasks),
        f"{percent(found.before)} % → {percent(found.after)} %",
        _difference(contrast).removeprefix("difference "),
        markdown_inline(_p(found.p)),
        markdown_inline(_p(contrast.p_adjusted)),
        f"{percent(found.detectable)} pp" if found.detectable > 0 else UNKNOWN,
        f"**{_FINDINGS[contrast.finding]}**",
    ]


def _markdown_table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _markdown_flip(contrast: Contrast, flip: Flip) -> str:
    lines = [f"<details><summary>{markdown_inline(_flip_title(flip))}</summary>", ""]
    for name, code in ((contrast.first, flip.first), (contrast.second, flip.second)):
        lines += [f"{markdown_code(name)}: {markdown_inline(_code_title(code))}", ""]
        lines += [markdown_fenced(shortened(code.code, CODE_LIMIT), "python" if code.executed else ""), ""]
    return "\n".join([*lines, "</details>"])


def _as_data(contrast: Contrast) -> dict[str, Any]:
    """The measures of the comparison stand beside the names of its sides."""
    data = {field.name: getattr(contrast, field.name) for field in fields(contrast) if field.name != "comparison"}
    nested = {name: [asdict(each) for each in data[name]] for name in ("allowed", "flips")}
    return {**data, **contrast.comparison._asdict(), "finding": contrast.finding, **nested}


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nan(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
