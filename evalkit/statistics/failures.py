"""Why samples fail: one kind for each failing sample, told from its verdicts alone."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.results import Results
from evalkit.results.lookup import lookup_of
from evalkit.statistics.grouping import grouped
from evalkit.statistics.intervals import clustered_ratio
from evalkit.statistics.numbering import verdict_codes, verdict_numbers, verdict_statuses
from evalkit.statistics.origins import Owner, attribute_owner, signature_owner
from evalkit.statistics.outcomes import CELL
from evalkit.types import Status, StopReason


class Failure(StrEnum):
    """What went wrong. A sample counts once, under the first of these that any of its tests met: what stands
    further up keeps the code from reaching what stands below."""

    NO_SOLUTION = "no solution"
    SYNTAX = "syntax"
    IMPORT = "import"
    MISSING_ATTRIBUTE = "missing attribute"  # of a library, Python's own included
    WRONG_SIGNATURE = "wrong signature"  # of a call into a library
    OWN_INTERFACE = "own interface"  # what the solution defines itself is used otherwise, or is not defined
    NAME = "name"
    TYPE = "type"
    CRASH = "crash"
    MEMORY = "memory"
    OUTPUT = "output"
    TIMEOUT = "timeout"
    EXCEPTION = "exception"
    WRONG_ANSWER = "wrong answer"


FAILURES = tuple(Failure)
_BY_STATUS = {
    Status.NO_SOLUTION: Failure.NO_SOLUTION,
    Status.TIMEOUT: Failure.TIMEOUT,
    Status.OUT_OF_MEMORY: Failure.MEMORY,
    Status.OUTPUT_LIMIT: Failure.OUTPUT,
    Status.CRASHED: Failure.CRASH,
    Status.FAILED: Failure.WRONG_ANSWER,
}
_RAISED = re.compile(r"(?:^|\s)raised (\w+): ")  # a differential test says in front for which input
_ASKED = re.compile("AttributeError|TypeError")  # about an interface: whose it is, the solution tells
_BY_EXCEPTION = {
    **dict.fromkeys(("SyntaxError", "IndentationError", "TabError"), Failure.SYNTAX),
    **dict.fromkeys(("ImportError", "ModuleNotFoundError"), Failure.IMPORT),
    **dict.fromkeys(("NameError", "UnboundLocalError"), Failure.NAME),
    "AttributeError": Failure.MISSING_ATTRIBUTE,
    "TypeError": Failure.TYPE,
}


def failure_of(status: Status | str, message: str, solution: str | None = None) -> Failure:
    """The kind of failure of one test that did not pass.

    `solution` is the source that was executed: by it a library's interface, which the model may have made up, is told
    from the solution's own. Without it every signature and attribute counts as a library's.

    >>> failure_of("error", "raised TypeError: f() takes 0 positional arguments but 1 was given").value
    'wrong signature'
    >>> failure_of("error", "raised TypeError: f() takes 0 positional arguments but 1 was given", "def f(): ...").value
    'own interface'
    >>> failure_of("failed", "assert 1 == 2").value
    'wrong answer'
    """
    status = Status(status)
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if message.startswith("the solution does not define"):
        return Failure.OWN_INTERFACE
    if message.startswith("gave a value that cannot be judged"):
        return Failure.WRONG_ANSWER
    raised = _RAISED.search(message)
    kind = _BY_EXCEPTION.get(raised[1], Failure.EXCEPTION) if raised else Failure.EXCEPTION
    return _INTERFACE[kind](message, solution) if kind in _INTERFACE else kind


def _of_attribute(message: str, solution: str | None) -> Failure:
    return _OWNED.get(attribute_owner(message, solution), Failure.MISSING_ATTRIBUTE)


def _of_call(message: str, solution: str | None) -> Failure:
    owner = signature_owner(message, solution)
    return Failure.WRONG_SIGNATURE if owner == "library" else _OWNED.get(owner, Failure.TYPE)


_OWNED: dict[Owner | None, Failure] = {"solution": Failure.OWN_INTERFACE, "value": Failure.TYPE}
_INTERFACE = {Failure.MISSING_ATTRIBUTE: _of_attribute, Failure.TYPE: _of_call}


def sample_failures(results: Results, outcomes: pd.DataFrame) -> pd.Series:
    """For each sample the number of its failure in FAILURES; -1 where it passed or is not scored."""
    missed, unscored = verdict_statuses(results)
    bad = missed & ~unscored & (verdict_numbers(results) >= 0)
    numbers = verdict_numbers(results)[bad]
    kinds = np.full(len(outcomes), len(FAILURES), dtype=np.int64)
    np.minimum.at(kinds, numbers, _kinds(results, bad, numbers))
    kinds[(kinds == len(FAILURES)) | ~outcomes["scored"].to_numpy()] = -1
    return pd.Series(kinds, index=outcomes.index)


def _kinds(results: Results, bad: NDArray[np.bool_], numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Of each of the bad verdicts. Only different texts are looked at: there are far fewer of them than of verdicts."""
    status, message = (verdict_codes(results, name) for name in ("status", "message"))
    width = len(message.values) + 1
    said = np.where(status.equal(Status.ERROR.value), message.numbers, -1) + 1  # other statuses say all by themselves
    codes, different = pd.factorize(status.numbers[bad].astype(np.int64) * width + said[bad])
    known = ["", *message.values]
    texts = [(status.values[each // width], known[each % width]) for each in different]
    kinds = np.array([FAILURES.index(failure_of(*text)) for text in texts], dtype=np.int64)
    asked = np.array([_ASKED.search(text) is not None for _, text in texts], dtype=bool)
    found = kinds[codes]
    if asked.any():
        theirs = np.flatnonzero(asked[codes])
        sources = _solutions(results, np.unique(numbers[theirs]))
        for at in theirs.tolist():
            ended, text = texts[codes[at]]
            found[at] = FAILURES.index(failure_of(ended, text, sources[int(numbers[at])]))
    return found


def _solutions(results: Results, numbers: NDArray[np.int64]) -> Mapping[int, str]:
    """The source that each of the numbered samples executed; "" where there was none."""
    if "solution" in results.samples:
        return dict(zip(numbers.tolist(), results.samples["solution"].iloc[numbers].fillna(""), strict=True))
    return {number: sample["solution"] or "" for number, sample, _ in lookup_of(results).some(numbers, ["solution"])}


def failure_table(results: Results, outcomes: pd.DataFrame, by: Sequence[str] = tuple(CELL)) -> pd.DataFrame:
    """One row per group of `by` and kind of failure that occurred: how many of the scored samples failed like this.

    Columns: those of `by`, failure, samples, truncated (of these: how many ended at max_new_tokens, so that the
    failure may be that of unfinished code), scored (the denominator), estimate, low, high: the share of the scored
    samples, with a 95 % interval with tasks as clusters. Unscored samples are in none of the numbers.
    """
    cut = outcomes["stop_reason"].eq(StopReason.MAX_NEW_TOKENS.value).to_numpy(dtype=bool)
    marked = outcomes.assign(kind=sample_failures(results, outcomes), cut=cut)
    marked = marked[marked["scored"]]
    rows = []
    for heads, members in grouped(marked, by):
        rows += [{**heads, **row} for row in _shares(members)]
    return pd.DataFrame(rows, columns=[*by, "failure", "samples", "truncated", "scored", "estimate", "low", "high"])


def _shares(members: pd.DataFrame) -> list[dict[str, object]]:
    task = pd.factorize(members["task_id"])[0]
    sizes = np.bincount(task)
    rows: list[dict[str, object]] = []
    for number in sorted(set(members["kind"]) - {-1}):
        mine = members["kind"].eq(number).to_numpy()
        interval = clustered_ratio(np.bincount(task, mine), sizes)
        counts = {"samples": int(mine.sum()), "truncated": int((members["cut"].to_numpy() & mine).sum())}
        rows.append({"failure": FAILURES[number].value, **counts, "scored": len(members), **interval._asdict()})
    return rows
