"""Plausibility scores over the tokens of code, by hand."""

import math
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import evalkit
from evalkit.results import RunDirectory
from evalkit.statistics import plausibility_scores
from evalkit.types import Cell, Completion, Extraction, Sample, SampleKey, StopReason, TokenTrace

MakeRun = Callable[..., Path]
CELL = Cell("tiny", 0.8, "snake_case", "chat")

# Each piece of text with the log-probability of its token; the last, empty one is the end of sequence.
PIECES = [
    ("Here:\n", -9.0),
    ("```\n", -8.0),
    ("# adds\n", -7.0),
    ("é = ", -1.0),
    ("1", -3.0),
    ("\n```", -6.0),
    ("", -5.0),
]
TEXT = "".join(piece for piece, _ in PIECES)


def scores(path: Path, samples: list[Sample], margins: bool = False) -> pd.DataFrame:
    with RunDirectory.create(path, {"unit_size": 1, "tasks": {}}) as run:
        for unit, sample in enumerate(samples):
            run.write_samples(unit, [sample])
    return plausibility_scores(evalkit.load(path), margins)


def sample(index: int, pieces: list[tuple[str, float]], extraction: Extraction, **trace: object) -> Sample:
    logprobs = tuple(logprob for _, logprob in pieces)
    ends = tuple(len("".join(piece for piece, _ in pieces[: at + 1])) for at in range(len(pieces)))
    count = len(pieces)
    tokens = TokenTrace(
        (1,) * count, logprobs, (0.0,) * count, tuple(-x / 2 for x in logprobs), (1,) * count, ends, **trace
    )  # type: ignore[arg-type]  # fields given by name
    text = "".join(piece for piece, _ in pieces)
    completion = Completion(text, StopReason.MAX_NEW_TOKENS, 3, tokens)
    return Sample(SampleKey("t", CELL, index), "", completion, extraction)


def test_only_tokens_that_write_code_count(tmp_path: Path) -> None:
    row = scores(tmp_path / "run", [sample(0, PIECES, Extraction("x", (), "# adds\né = 1\n"))]).iloc[0]
    assert row[["code_tokens", "code_bytes", "truncated"]].tolist() == [2, 6, True]
    assert row[["mean_logprob", "sum_logprob", "min_logprob", "mean_entropy"]].tolist() == [-2, -4, -3, 1]
    assert row["bits_per_byte"] == pytest.approx(4 / math.log(2) / 6)
    assert math.isnan(row["mean_margin"])


def test_reasoning_is_left_out_even_where_it_holds_the_same_code(tmp_path: Path) -> None:
    pieces = [("x = 1\n", -9.0), ("x = 1\n", -1.0), ("", -5.0)]
    row = scores(tmp_path / "run", [sample(0, pieces, Extraction("x", (), "x = 1\n", (0, 6)))]).iloc[0]
    assert row[["code_tokens", "mean_logprob"]].tolist() == [1, -1]


def test_samples_without_code_or_tokens_have_no_scores(tmp_path: Path) -> None:
    samples = [
        sample(0, PIECES, Extraction(None, ("no code",))),
        sample(1, [], Extraction("x = 1\n", (), "x = 1\n")),
        sample(2, [("x = 1", -1.0)], Extraction("x = 1\n", (), "x = 1\n")),
    ]
    table = scores(tmp_path / "run", samples)
    assert table["mean_logprob"].isna().tolist() == [True, True, False]
    assert table["code_tokens"].tolist() == [0, 0, 1]
    assert table.loc[1, ["sum_logprob", "min_logprob", "bits_per_byte"]].isna().all()


def test_a_token_that_completes_no_character_counts_where_it_stands(tmp_path: Path) -> None:
    pieces = [("a", -1.0), ("", -2.0), ("é", -3.0), ("", -9.0)]
    assert scores(tmp_path / "run", [sample(0, pieces, Extraction("aé", (), "aé\n"))])["sum_logprob"].tolist() == [-6]


def test_margins_need_the_two_most_likely_tokens(tmp_path: Path) -> None:
    pieces = [("a", -1.0), ("b", -2.0)]
    tops = ((-0.5, -2.0), (-0.25, -0.5))
    recorded = sample(0, pieces, Extraction("ab", (), "ab\n"), top_ids=((1, 2), (1, 2)), top_logprobs=tops)
    table = scores(tmp_path / "run", [recorded, sample(1, pieces, Extraction("ab", (), "ab\n"))], margins=True)
    assert table["mean_margin"].tolist() == [pytest.approx((1.5 + 0.25) / 2), pytest.approx(math.nan, nan_ok=True)]


def test_scores_stand_in_the_order_of_the_samples_of_several_runs(make_run: MakeRun) -> None:
    runs = [make_run([{"task": "a", "tests": "PPP", "logprob": value, "model": str(value)}]) for value in (-3, -1)]
    results = evalkit.load(runs)
    # One token stands for the whole text here: it writes its first character.
    assert plausibility_scores(results)["mean_logprob"].tolist() == [-3, -1]
    assert len(plausibility_scores(evalkit.load(make_run([])))) == 0
