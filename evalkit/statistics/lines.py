"""Did the lines that are wrong surprise the model more than the lines around them?

A failing sample is compared with the passing sample of the same task and cell that is nearest to it, line by line. What
differs is taken for the faulty lines: an approximation, since two programs may also differ where both are right.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import accumulate, islice

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.results import Results
from evalkit.results.code_spans import code_span
from evalkit.results.texts import unescape
from evalkit.statistics.grouping import grouped
from evalkit.statistics.intervals import Interval, clustered_ratio, mean_interval
from evalkit.statistics.numbering import group_numbers
from evalkit.statistics.outcomes import CELL

MOST = 200  # failing samples of a task and cell that are compared: line comparisons are slow

Lines = list[tuple[str, float]]  # the text of a line without its indentation, and its surprisal in nats per token


def faulty_lines(results: Results, outcomes: pd.DataFrame, most: int = MOST) -> pd.DataFrame:
    """One row per failing sample that has a passing neighbour: surprisal of the lines that differ and of the others.

    Columns: task_id and those of the cell, index, lines_differing, lines_others, differing and others (the mean over
    lines of the mean of -log p per token, T=1, nats), higher: share of pairs (a differing line, another line) of which
    the differing one is more surprising, ties one half. Lines count that have code tokens; a sample counts that has
    lines of both sorts. At most `most` failing samples of each task and cell are looked at, the first ones.
    """
    passed, scored = outcomes["passed"].to_numpy(dtype=bool), outcomes["scored"].to_numpy(dtype=bool)
    groups = group_numbers([outcomes[name] for name in ("task_id", *CELL)])
    mixed = np.isin(groups, groups[passed]) & np.isin(groups, groups[scored & ~passed]) & scored
    lines = _all_lines(results, mixed)
    rows = []
    for members in pd.Series(np.arange(len(groups))[mixed]).groupby(groups[mixed]):
        numbers = members[1].to_list()
        right = [lines[number] for number in numbers if passed[number]]
        for number in islice((each for each in numbers if not passed[each]), most):
            if (row := compared(lines[number], nearest(lines[number], right))) is not None:
                rows.append({**_names(outcomes, number), **row})
    columns = ["task_id", *CELL, "index", "lines_differing", "lines_others", "differing", "others", "higher"]
    return pd.DataFrame(rows, columns=columns)


def faulty_line_table(lines: pd.DataFrame, by: Sequence[str] = tuple(CELL)) -> pd.DataFrame:
    """Per group of `by`, over the rows of `faulty_lines`: samples, tasks, difference (mean over tasks of differing less
    others) with low and high, higher with its bounds: .5 when differing lines surprise as much as others do."""
    rows = []
    for heads, members in grouped(lines, by):
        gaps = (members["differing"] - members["others"]).groupby(members["task_id"]).mean()
        tasks = members.groupby("task_id")["higher"].agg(["sum", "size"])
        difference, higher = mean_interval(gaps), clustered_ratio(tasks["sum"], tasks["size"])
        counts = {"samples": len(members), "tasks": len(tasks)}
        rows.append({**heads, **counts, **_bounds("difference", difference), **_bounds("higher", higher)})
    return pd.DataFrame(rows)


def nearest(lines: Lines, others: Sequence[Lines]) -> Lines:
    """The one of the others that has most lines in common, counted with repetitions, for its length."""
    mine = Counter(text for text, _ in lines)

    def likeness(other: Lines) -> float:
        common = (mine & Counter(text for text, _ in other)).total()
        return 2 * common / (len(lines) + len(other)) if lines or other else 1.0

    return max(others, key=likeness)


def compared(lines: Lines, other: Lines) -> dict[str, float] | None:
    """The numbers of one row of `faulty_lines`; None where no line differs, or every line does."""
    matcher = SequenceMatcher(None, [text for text, _ in lines], [text for text, _ in other], autojunk=False)
    same = {at for block in matcher.get_matching_blocks() for at in range(block.a, block.a + block.size)}
    values = np.array([surprisal for _, surprisal in lines])
    differs = np.array([at not in same for at in range(len(lines))], dtype=bool)
    known = ~np.isnan(values)
    changed, kept = values[known & differs], values[known & ~differs]
    if not len(changed) or not len(kept):
        return None
    higher = (np.sign(changed[:, None] - kept[None, :]) + 1).mean() / 2
    means = {"differing": float(changed.mean()), "others": float(kept.mean()), "higher": float(higher)}
    return {"lines_differing": len(changed), "lines_others": len(kept), **means}


def surprisal_by_line(text: str, span: tuple[int, int], ends: Sequence[int], logprobs: Sequence[float]) -> Lines:
    """The lines of a span of a text with code, each with the mean of -log p of the tokens that begin in it.

    A token that begins with the newline before a line writes that line. NaN for a line in which no token begins.
    """
    start, end = span
    borders = [start, *(start + at for at in accumulate(len(line) + 1 for line in text[start:end].split("\n")))]
    begins = np.array([0, *ends[:-1]] if ends else [], dtype=np.int64)
    firsts = np.array([_first_written(text, begin, stop) for begin, stop in zip(begins, ends, strict=True)], dtype=int)
    line = np.searchsorted(borders, firsts, side="right") - 1
    values = -np.asarray(logprobs, dtype=float)
    found = []
    for number, content in enumerate(text[start:end].split("\n")):
        mine = values[(line == number) & (firsts >= start) & (firsts < end)]
        if content.strip() and not content.lstrip().startswith("#"):
            found.append((content.strip(), float(mine.mean()) if len(mine) else float("nan")))
    return found


def _first_written(text: str, begin: int, end: int) -> int:
    """Where a token begins that may open with newlines: at the first other character, if there is one."""
    piece = text[begin:end]
    return int(begin) + (len(piece) - len(piece.lstrip("\n")) if piece.strip("\n") else 0)


def _all_lines(results: Results, wanted: NDArray[np.bool_]) -> Mapping[int, Lines]:
    found: dict[int, Lines] = {}
    for number, (completion, extracted, reasoning_end, ends, logprobs) in enumerate(_rows(results)):
        if number < len(wanted) and wanted[number]:
            text = unescape(completion)
            span = code_span(text, None if extracted is None else unescape(extracted), reasoning_end)
            found[number] = surprisal_by_line(text, span, ends, logprobs)
    return found


def _rows(results: Results) -> Iterator[tuple[str, str | None, int | None, list[int], list[float]]]:
    texts, lists = ("completion", "extracted", "reasoning_end"), ("ends", "logprobs")
    for samples, tokens in results.samples_with_tokens(texts, lists):
        columns = [samples[name].to_pylist() for name in texts] + [tokens[name].to_pylist() for name in lists]
        yield from zip(*columns, strict=True)


def _names(outcomes: pd.DataFrame, number: int) -> dict[str, object]:
    row = outcomes.iloc[number]
    return {name: row[name] for name in ("task_id", *CELL, "index")}


def _bounds(name: str, interval: Interval) -> dict[str, float]:
    return {name: interval.estimate, f"{name}_low": interval.low, f"{name}_high": interval.high}
