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
from evalkit.results.codes import codes
from evalkit.results.lookup import lookup_of
from evalkit.results.records import key_of
from evalkit.results.shards import KEY_COLUMNS
from evalkit.results.texts import unescape
from evalkit.statistics.meeting import requirement_numbers
from evalkit.types import SampleKey

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
    longest beginning with it; none where no sample of the prompt keeps it. `tasks` chooses; empty is all. Of
    the tasks that have both, `most` samples are compared: the first of each task, then the second of each, and so on.

    Samples of one prompt and model are compared whatever their temperature: that changes which token is drawn, not
    what the model thinks of it.
    """
    return [fork for group in _by_prompt(results, tasks, most) for fork in _forks_of_first(len(group), group)]


def forks_from(failing: Drawn, group: Sequence[Drawn]) -> list[Fork]:
    """One fork for each requirement that `failing` broke and another of the group keeps; all are of one prompt."""
    return list(_forks_of_first(1, [failing, *(each for each in group if each.key != failing.key)]))


def _forks_of_first(number: int, group: Sequence[Drawn]) -> Iterator[Fork]:
    """The forks of the first samples of one prompt's, sample by sample."""
    parted = _parted(number, group)
    for at, failing in enumerate(group[:number]):
        for requirement in sorted(failing.broken):
            other, shared = parted.get((at, requirement), (at, 0))
            if other != at and (found := _fork(failing, group[other], requirement, shared)) is not None:
                yield found


def _parted(number: int, group: Sequence[Drawn]) -> dict[tuple[int, str], tuple[int, int]]:
    """For each of the first samples and each requirement it broke: which one of those that keep it shares the longest
    beginning with the sample (of equal ones the first), and how many tokens that is.

    The samples are sorted into a tree by their tokens, from which each pair is found without being compared: the
    deepest node that holds both is where they part.
    """
    ids = [list[int](each.tokens["ids"]) for each in group]
    found: dict[tuple[int, str], tuple[int, int]] = {}
    nodes = [(list(range(len(group))), 0)]
    while nodes:
        members, begin = nodes.pop()
        depth = _alike([ids[at] for at in members], begin)
        if parting := list(_pairs(number, group, members)):
            found.update(((at, name), (other, depth)) for at, name, other in parting)
            children: dict[int, list[int]] = defaultdict(list)
            for at in members:
                if len(ids[at]) > depth:
                    children[ids[at][depth]].append(at)
            nodes += [(each, depth + 1) for each in children.values() if len(each) > 1]
    return found


def _alike(ids: Sequence[list[int]], begin: int) -> int:
    """How many tokens all of them begin with, of which `begin` are known to be the same."""
    # Of texts sorted by their tokens, the first and the last one differ most.
    first, last = min(ids), max(ids)
    return begin + _shared(first[begin:], last[begin:])


def _pairs(number: int, group: Sequence[Drawn], members: Sequence[int]) -> Iterator[tuple[int, str, int]]:
    """A member that is asked for, a requirement it broke, and the first member that keeps it."""
    keeping: dict[str, int] = {}
    for at in reversed(members):
        keeping.update(dict.fromkeys(group[at].kept, at))
    for at in members:
        if at < number:
            yield from ((at, name, keeping[name]) for name in group[at].broken if name in keeping)


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
    chosen = _chosen(marks, most)
    marks = marks[marks["sample"].isin(chosen)]
    groups: dict[tuple[str, str, str], list[Drawn]] = defaultdict(list)
    for prompt, each in _drawn(results, chosen, marks):
        groups[each.key.cell.model, each.key.task_id, prompt].append(each)
    yield from groups.values()


def _chosen(marks: pd.DataFrame, most: int | None) -> NDArray[np.int64]:
    """The numbers of the samples that are compared: the first of each task, then the second of each, and so on."""
    each = marks[["sample", "task"]].drop_duplicates("sample").sort_values("sample")
    turn = each.groupby("task").cumcount().to_numpy()
    numbers: NDArray[np.int64] = each["sample"].to_numpy()
    return np.sort(numbers[np.argsort(turn, kind="stable")[:most]])


def _marks(results: Results) -> pd.DataFrame:
    """sample (its place in `results.samples`), task, requirement, broken; only requirements that samples of the task
    both break and keep. Kept: all its tests passed. With an unscored test it is neither."""
    rows, task = requirement_numbers(results), codes(results.samples["task_id"])
    known, width = ~rows.unscored, max(1, len(rows.names))
    sample, broken = rows.sample[known], ~rows.met[known]
    pairs, different = pd.factorize(task.numbers[sample].astype(np.int64) * width + rows.requirement[known])
    both = (np.bincount(pairs, broken) > 0) & (np.bincount(pairs, ~broken) > 0)
    found = both[pairs]
    tasks, requirements = np.divmod(different[pairs[found]], width)
    names = {
        "task": np.array(task.values, dtype=object)[tasks],
        "requirement": np.array(rows.names, dtype=object)[requirements],
    }
    return pd.DataFrame({"sample": sample[found], **names, "broken": broken[found]})


def _drawn(results: Results, chosen: NDArray[np.int64], marks: pd.DataFrame) -> Iterator[tuple[str, Drawn]]:
    """The chosen samples with their prompts, in order; what is on disk stands in the order of `results.samples`."""
    broken, kept = (_names(marks[marks["broken"].eq(state)]) for state in (True, False))
    keys = results.samples[list(KEY_COLUMNS)].iloc[chosen].to_dict("records")
    rows = lookup_of(results).some(chosen, ["prompt", "completion"], LISTS)
    for key, (number, row, tokens) in zip(keys, rows, strict=True):
        named = key_of({str(name): value for name, value in key.items()})
        yield row["prompt"], Drawn(named, unescape(row["completion"]), tokens, broken[number], kept[number])


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
