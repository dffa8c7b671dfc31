"""Surprisal of the lines that differ from passing code."""

from pathlib import Path

import pytest

import evalkit
from evalkit.results import RunDirectory
from evalkit.statistics import faulty_line_table, faulty_lines, sample_outcomes
from evalkit.statistics.lines import compared, nearest, surprisal_by_line
from evalkit.types import (
    Cell,
    Completion,
    Extraction,
    Sample,
    SampleKey,
    Status,
    StopReason,
    TokenTrace,
    Verdict,
)

CELL = Cell("tiny", 0.8, "snake_case", "plain")


def test_the_surprisal_of_lines_is_the_mean_of_the_tokens_that_begin_in_them() -> None:
    pieces = [("    x", -1.0), (" = 1", -3.0), ("\n    ", -5.0), ("y = 2\n", -1.0), ("\n    # so", -9.0), ("", -9.0)]
    text = "".join(piece for piece, _ in pieces)
    ends = [len("".join(piece for piece, _ in pieces[: at + 1])) for at in range(len(pieces))]
    lines = surprisal_by_line(text, (0, len(text)), ends, [logprob for _, logprob in pieces])
    assert lines == [("x = 1", 2.0), ("y = 2", 3.0)]


def test_the_nearest_passing_sample_shares_most_lines() -> None:
    others = [[("a", 0.0), ("z", 0.0)], [("a", 0.0), ("b", 0.0)], [("b", 0.0)]]
    assert nearest([("a", 0.0), ("b", 0.0), ("c", 0.0)], others) is others[1]


def test_differing_lines_against_the_others() -> None:
    row = compared([("a", 1.0), ("X", 4.0), ("b", 2.0), ("Y", 2.0)], [("a", 0.0), ("b", 0.0)])
    assert row == {"lines_differing": 2, "lines_others": 2, "differing": 3.0, "others": 1.5, "higher": 3.5 / 4}
    assert compared([("a", 1.0)], [("a", 0.0)]) is None
    assert compared([("X", 1.0)], [("a", 0.0)]) is None


def written(index: int, lines: list[tuple[str, float]]) -> Sample:
    text = "".join(line for line, _ in lines)
    ends = tuple(len("".join(line for line, _ in lines[: at + 1])) for at in range(len(lines)))
    count, logprobs = len(lines), tuple(logprob for _, logprob in lines)
    tokens = TokenTrace((1,) * count, logprobs, logprobs, (0.0,) * count, (1,) * count, ends)
    return Sample(
        SampleKey("t", CELL, index), "", Completion(text, StopReason.EOS, 1, tokens), Extraction("x", (), text)
    )


def test_failing_samples_are_compared_within_their_task(tmp_path: Path) -> None:
    samples = [
        written(0, [("x = 1\n", -1.0), ("return x\n", -1.0)]),
        written(1, [("x = 2\n", -5.0), ("return x\n", -2.0)]),
        written(2, [("return None\n", -5.0)]),
    ]
    with RunDirectory.create(tmp_path / "run", {"unit_size": 3, "tasks": {"t": {"requirements": []}}}) as run:
        run.write_samples(0, samples)
        statuses = [Status.PASSED, Status.FAILED, Status.FAILED]
        run.write_verdicts(0, [Verdict(s.key, "x", "r", False, st) for s, st in zip(samples, statuses, strict=True)])
    results = evalkit.load(run.path)
    rows = faulty_lines(results, sample_outcomes(results))
    assert rows[["index", "differing", "others", "higher"]].values.tolist() == [[1, 5, 2, 1]]
    table = faulty_line_table(rows)
    assert table[["samples", "tasks", "difference", "higher"]].values.tolist() == [[1, 1, pytest.approx(3), 1]]
    assert len(faulty_lines(results, sample_outcomes(results), most=0)) == 0
