"""Requirements met by samples: wrong answers by requirement, visible against hidden tests, all against some."""

from collections.abc import Sequence
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.results import Results
from evalkit.statistics.failures import FAILURES, Failure
from evalkit.statistics.grouping import grouped
from evalkit.statistics.intervals import clustered_ratio
from evalkit.statistics.numbering import verdict_codes, verdict_numbers, verdict_statuses
from evalkit.statistics.outcomes import CELL
from evalkit.types import Status


def wrong_answers(results: Results, failures: pd.Series) -> pd.DataFrame:
    """Wrong answers by requirement: of the samples whose failure is a wrong answer, how many broke which requirement.

    `failures` is what `sample_failures` gives. Columns: those of the cell, task_id, requirement, samples. A sample
    that broke several requirements counts for each.
    """
    wrong = failures.eq(FAILURES.index(Failure.WRONG_ANSWER)).to_numpy()
    rows = met_table(results)
    rows = rows[wrong[rows["sample"]] & ~rows["met"].to_numpy()]
    keys = [*CELL, "task_id"]
    named = results.samples[keys].iloc[rows["sample"]].assign(requirement=rows["requirement"].to_numpy(), samples=1)
    counted: pd.DataFrame = named.groupby([*keys, "requirement"], sort=False)[["samples"]].sum().reset_index()
    return counted


def requirement_gap(results: Results, outcomes: pd.DataFrame, by: Sequence[str] = tuple(CELL)) -> pd.DataFrame:
    """How much passing the visible tests promises too much: base against hidden tests.

    Base tests are the examples and, in suites of two test sets such as HumanEval+, those of the requirement `base`.
    Only scored samples of tasks with base tests count. Columns: those of `by`, samples, tasks, base and strict (shares
    that pass the base tests, and every test), gap, low, high: base less strict, which is the share that passes all base
    tests and breaks something, with a 95 % interval with tasks as clusters.
    """
    verdicts = results.verdicts
    base = verdicts["example"].to_numpy(dtype=bool) | verdicts["requirement"].eq("base").to_numpy(dtype=bool)
    missed = base & verdicts["status"].ne(Status.PASSED.value).to_numpy(dtype=bool)
    numbers, size = verdict_numbers(results), len(outcomes)
    has = np.bincount(numbers[base & (numbers >= 0)], minlength=size) > 0
    failed = np.bincount(numbers[missed & (numbers >= 0)], minlength=size) > 0
    marked = outcomes.assign(base=has & ~failed)[has & outcomes["scored"].to_numpy()]
    marked["slipped"] = marked["base"] & ~marked["passed"]
    rows = []
    for heads, members in grouped(marked, by):
        tasks = members.groupby("task_id", sort=False)["slipped"].agg(["size", "sum"])
        gap, low, high = clustered_ratio(tasks["sum"], tasks["size"])
        shares = {"base": members["base"].mean(), "strict": members["passed"].mean()}
        rows.append(
            {**heads, "samples": len(members), "tasks": len(tasks), **shares, "gap": gap, "low": low, "high": high}
        )
    return pd.DataFrame(rows, columns=[*by, "samples", "tasks", "base", "strict", "gap", "low", "high"])


def strict_against_partial(results: Results, by: Sequence[str] = tuple(CELL)) -> pd.DataFrame:
    """Passing everything, against meeting requirements one by one.

    Columns: those of `by`, tasks, samples (scored), strict (share that meets every requirement, mean over tasks) with
    low and high, partial (share of requirements that are met), product: what strict would be if the requirements of a
    task were met independently of each other, the product of their rates (7 requirements at .95 give .698). Strict
    above the product: failures come together.
    """
    rows = met_table(results)
    keys = list(dict.fromkeys([*by, "task_id"]))
    named = results.samples[keys].iloc[rows["sample"]].reset_index(drop=True)
    named[["sample", "requirement", "met"]] = rows[["sample", "requirement", "met"]].reset_index(drop=True)
    whole = named.groupby([*keys, "sample"], sort=False)[["met"]].all().reset_index()
    tasks = whole.groupby(keys, sort=False)["met"].agg(["mean", "size"])
    rates = named.groupby([*keys, "requirement"], sort=False)["met"].mean().groupby(keys, sort=False)
    tasks = tasks.assign(partial=rates.mean(), product=rates.prod()).reset_index()
    found = []
    for heads, members in grouped(tasks, by):
        strict, low, high = clustered_ratio(members["mean"], np.ones(len(members)), count=float(members["size"].sum()))
        counts = {
            "tasks": len(members),
            "samples": int(members["size"].sum()),
            "strict": strict,
            "low": low,
            "high": high,
        }
        means = {"partial": members["partial"].mean(), "product": members["product"].mean()}
        found.append({**heads, **counts, **means})
    return pd.DataFrame(found, columns=[*by, "tasks", "samples", "strict", "low", "high", "partial", "product"])


def met_table(results: Results) -> pd.DataFrame:
    """One row per scored sample and requirement: sample (its row in the samples table), requirement, met."""
    rows = requirement_rows(results)
    out = np.zeros(len(results.samples), dtype=bool)
    out[rows["sample"][rows["unscored"]]] = True
    kept = rows[~out[rows["sample"]]]
    return kept[["sample", "requirement", "met"]].reset_index(drop=True)


class RequirementNumbers(NamedTuple):
    """One entry per judged sample and requirement: sample (its row in the samples table), requirement (its place in
    `names`), met (no test of it was missed), unscored (a test of it is)."""

    sample: NDArray[np.int64]
    requirement: NDArray[np.int64]
    met: NDArray[np.bool_]
    unscored: NDArray[np.bool_]
    names: list[str]


_KNOWN: WeakKeyDictionary[Results, RequirementNumbers] = WeakKeyDictionary()


def requirement_numbers(results: Results) -> RequirementNumbers:
    """The requirements that samples met; found once."""
    if results not in _KNOWN:
        numbers, requirement = verdict_numbers(results), verdict_codes(results, "requirement")
        known, width = numbers >= 0, max(1, len(requirement.values))
        codes, pairs = pd.factorize(numbers[known] * width + requirement.numbers[known])
        missed, unscored = (
            np.bincount(codes, marks[known], minlength=len(pairs)) > 0 for marks in verdict_statuses(results)
        )
        _KNOWN[results] = RequirementNumbers(*np.divmod(pairs, width), ~missed, unscored, requirement.values)
    return _KNOWN[results]


def requirement_rows(results: Results) -> pd.DataFrame:
    """The same as a frame, with the requirements' names."""
    rows = requirement_numbers(results)
    names = pd.Index(rows.names, dtype=object).take(rows.requirement)
    return pd.DataFrame({"sample": rows.sample, "requirement": names, "met": rows.met, "unscored": rows.unscored})
