"""Where a sample that breaks a requirement left one that keeps it: the first token in which they differ.

Both were drawn after the same prompt, and up to the fork after the same tokens, so what is recorded of their tokens
there is about one and the same distribution: the probability of the token that was drawn and of the road not taken.
The fork is where the two part, which need not be what decides: the first difference may be a name.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.results import Results
from evalkit.results.shards import KEY_COLUMNS, key_of
from evalkit.results.texts import unescape
from evalkit.statistics.numbering import verdict_numbers
from evalkit.types import SampleKey, Status

AROUND = 60  # characters of the text before a fork
LISTS = ("ids", "logprobs", "ranks", "ends")


@dataclass(frozen=True)
class Road:
    """One side of a fork: the token drawn there, its probability at T=1 and rank, and the line that came of it."""

    token: int
    text: str
    probability: float
    rank: int
    line: str


@dataclass(frozen=True)
class Fork:
    """Two samples that begin alike, of which one fails `requirement` and the other passes it.

    `shared` tokens are the same; `before` is the end of the text up to there. `taken` is the failing sample's road,
    `other` the passing one's.
    """

    failing: SampleKey
    passing: SampleKey
    requirement: str
    shared: int
    before: str
    taken: Road
    other: Road


@dataclass(frozen=True)
class CommonFork:
    """`forks` failing samples drew `taken` where a passing one drew `other`, and broke `requirement`. Probabilities are
    means at T=1, the rank is the median of the token that was not drawn."""

    task_id: str
    requirement: str
    taken: str
    other: str
    forks: int
    probability_taken: float
    probability_other: float
    rank_other: int


@dataclass(frozen=True)
class Drawn:
    """A sample as forks need it: its text, LISTS of its tokens, and the requirements it broke and kept."""

    key: SampleKey
    text: str
    tokens: Mapping[str, Sequence[Any]]
    broken: frozenset[str]
    kept: frozenset[str]


def forks(results: Results, tasks: Sequence[str] = (), most: int | None = None) -> list[Fork]:
    """For each sample and requirement it breaks, the fork from the sample that keeps the requirement and shares the
    longest beginning with it; none where no sample of the prompt keeps it. `tasks` chooses; empty is all. Of the tasks
    that have both, the first `most` samples are compared.

    Samples of one prompt and model are compared whatever their temperature: that changes which token is drawn, not
    what the model thinks of it.
    """
    return [
        fork for group in _by_prompt(results, tasks, most) for failing in group for fork in forks_from(failing, group)
    ]


def forks_from(failing: Drawn, group: Sequence[Drawn]) -> Iterator[Fork]:
    """One fork for each requirement that `failing` broke and another of the group keeps; all are of one prompt."""
    shared = [_shared(failing.tokens["ids"], each.tokens["ids"]) for each in group]
    for requirement in sorted(failing.broken):
        others = [at for at, each in enumerate(group) if requirement in each.kept]
        nearest = max(others, key=lambda at: shared[at], default=None)
        if nearest is not None and (found := _fork(failing, group[nearest], requirement, shared[nearest])) is not None:
            yield found


def forks_of(results: Results, key: SampleKey) -> list[Fork]:
    """The forks that one sample is a side of, those it takes the failing road in first."""
    found = [each for each in forks(results, (key.task_id,)) if key in (each.failing, each.passing)]
    return sorted(found, key=lambda each: (each.failing != key, -each.shared))


def common_forks(found: Iterable[Fork]) -> list[CommonFork]:
    """One entry for each requirement and pair of tokens, the commonest first."""
    groups: dict[tuple[str, str, str, str], list[Fork]] = defaultdict(list)
    for each in found:
        groups[each.failing.task_id, each.requirement, each.taken.text, each.other.text].append(each)
    return sorted((_common(*names, group) for names, group in groups.items()), key=lambda each: -each.forks)


def _common(task_id: str, requirement: str, taken: str, other: str, group: Sequence[Fork]) -> CommonFork:
    ranks = sorted(each.other.rank for each in group)
    return CommonFork(
        task_id,
        requirement,
        taken,
        other,
        len(group),
        math.fsum(each.taken.probability for each in group) / len(group),
        math.fsum(each.other.probability for each in group) / len(group),
        ranks[len(ranks) // 2],
    )


def _by_prompt(results: Results, tasks: Sequence[str], most: int | None) -> Iterator[list[Drawn]]:
    marks = _marks(results)
    if tasks:
        marks = marks[marks["task"].isin(list(tasks))]
    chosen = np.unique(marks["sample"].to_numpy())[:most]
    marks = marks[marks["sample"].isin(chosen)]
    groups: dict[tuple[str, str, str], list[Drawn]] = defaultdict(list)
    for prompt, each in _drawn(results, chosen, marks):
        groups[each.key.cell.model, each.key.task_id, prompt].append(each)
    yield from groups.values()


def _marks(results: Results) -> pd.DataFrame:
    """sample (its place in `results.samples`), task, requirement, broken; only requirements that samples of the task
    both break and keep. Kept: all its tests passed. With an unscored test it is neither."""
    verdicts = results.verdicts
    tasks, task_names = pd.factorize(verdicts["task_id"])
    requirements, requirement_names = pd.factorize(verdicts["requirement"])
    # Numbers for pairs of task and requirement: millions of verdicts as texts would take a minute.
    pairs = tasks.astype(np.int64) * max(1, len(requirement_names)) + requirements
    frame = pd.DataFrame({"sample": verdict_numbers(results), "pair": pairs})
    frame["broken"] = verdicts["status"].ne(Status.PASSED.value).to_numpy(dtype=bool)
    frame["unknown"] = verdicts["status"].eq(Status.UNSCORED.value).to_numpy(dtype=bool)
    each = frame.groupby(["sample", "pair"], sort=False)[["broken", "unknown"]].any().reset_index()
    known = each[~each["unknown"]]
    found = known[known.groupby("pair")["broken"].transform("nunique").eq(2)]
    task, requirement = np.divmod(found["pair"].to_numpy(), max(1, len(requirement_names)))
    names = {
        "task": np.asarray(task_names, dtype=object)[task],
        "requirement": np.asarray(requirement_names, dtype=object)[requirement],
    }
    return found.assign(**names).drop(columns="pair")


def _drawn(results: Results, chosen: NDArray[np.int64], marks: pd.DataFrame) -> Iterator[tuple[str, Drawn]]:
    """The chosen samples with their prompts, in order; what is on disk stands in the order of `results.samples`."""
    broken, kept = (_names(marks[marks["broken"].eq(state)]) for state in (True, False))
    keys = results.samples[list(KEY_COLUMNS)].iloc[chosen].to_dict("records")
    known = {
        int(number): key_of({str(name): value for name, value in key.items()})
        for number, key in zip(chosen, keys, strict=True)
    }
    first = 0
    for samples, tokens in results.samples_with_tokens(["prompt", "completion"], list(LISTS)):
        if first > max(known, default=-1):
            return
        # Typed, for a shard that holds none of them: an empty list has no type that a table can be indexed with.
        here = np.array([at for at in range(len(samples)) if first + at in known], dtype=np.int64)
        rows = zip(samples.take(here).to_pylist(), tokens.take(here).to_pylist(), here, strict=True)
        for row, lists, at in rows:
            number = first + int(at)
            yield row["prompt"], Drawn(known[number], unescape(row["completion"]), lists, broken[number], kept[number])
        first += len(samples)


def _names(marks: pd.DataFrame) -> Mapping[int, frozenset[str]]:
    """The requirements of each sample."""
    found = {int(str(sample)): frozenset(names) for sample, names in marks.groupby("sample")["requirement"]}
    return defaultdict(frozenset, found)


def _fork(failing: Drawn, passing: Drawn, requirement: str, shared: int) -> Fork | None:
    if shared == min(len(failing.tokens["ids"]), len(passing.tokens["ids"])):
        return None  # one ends where the other goes on: a limit of length, not a draw
    start = failing.tokens["ends"][shared - 1] if shared else 0
    before = failing.text[max(0, start - AROUND) : start]
    roads = (_road(failing, shared, start), _road(passing, shared, start))
    return Fork(failing.key, passing.key, requirement, shared, before, *roads)


def _road(drawn: Drawn, at: int, start: int) -> Road:
    tokens = drawn.tokens
    line = drawn.text[drawn.text.rfind("\n", 0, start) + 1 :].lstrip("\n").partition("\n")[0]
    return Road(
        tokens["ids"][at],
        drawn.text[start : tokens["ends"][at]],
        math.exp(tokens["logprobs"][at]),
        tokens["ranks"][at],
        line.strip(),
    )


def _shared(one: Sequence[int], other: Sequence[int]) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
