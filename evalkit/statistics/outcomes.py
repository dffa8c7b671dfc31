"""One row per sample: what its verdicts add up to, and whether the model was confident in it."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.results import Results
from evalkit.results.shards import CELL_COLUMNS, KEY_COLUMNS
from evalkit.statistics.numbering import verdict_numbers, verdict_statuses

CELL = list(CELL_COLUMNS)
KEY = list(KEY_COLUMNS)


def sample_outcomes(results: Results) -> pd.DataFrame:
    """The samples table's key, stop_reason and mean_logprob, with, as plain booleans:

    has_solution: something that can be executed was found in the completion.
    judged: it has verdicts. scored: judged, and no verdict is unscored.
    passed: scored, and every test passed. broke: scored, and at least one requirement is broken.
    passed_examples: scored, the task shows examples, and every example passed.
    confident: scored, and in the upper half of its cell (see `upper_half`).
    """
    outcomes = results.samples[[*KEY, "stop_reason", "mean_logprob"]].copy()
    outcomes["mean_logprob"] = results.samples["mean_logprob"].to_numpy(dtype=float, na_value=np.nan)
    outcomes["has_solution"] = results.samples["has_solution"].to_numpy(dtype=bool)
    tests, unscored, missed, examples, examples_missed = _verdict_sums(results)
    outcomes["judged"] = tests > 0
    scored = (tests > 0) & (unscored == 0)
    outcomes["scored"] = scored
    outcomes["passed"] = scored & (missed == 0)
    outcomes["broke"] = scored & (missed > 0)
    outcomes["passed_examples"] = scored & (examples > 0) & (examples_missed == 0)
    outcomes["confident"] = upper_half(outcomes)
    return outcomes


def upper_half(outcomes: pd.DataFrame) -> pd.Series:
    """Whether a sample is scored and its mean log-probability per token (at T=1) is at or above the median
    of the scored samples of its own cell, so that no cell is called confident because of its temperature."""
    scores = outcomes["mean_logprob"].where(outcomes["scored"])
    medians = scores.groupby([outcomes[name] for name in CELL]).transform("median")
    return scores.ge(medians)


def _verdict_sums(results: Results) -> tuple[NDArray[np.float64], ...]:
    """Per sample: tests, unscored tests, tests that did not pass, examples, examples that did not pass."""
    numbers = verdict_numbers(results)
    missed, unscored = verdict_statuses(results)
    example = results.verdict_table["example"].to_numpy().astype(bool)
    marks = (np.ones(len(numbers), dtype=bool), unscored, missed, example, example & missed)
    known, size = numbers >= 0, len(results.samples)
    return tuple(np.bincount(numbers[known & mark], minlength=size).astype(float) for mark in marks)
