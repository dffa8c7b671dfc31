"""Where a failing sample left passing ones of its prompt, as the page shows it."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any

import numpy as np

from evalkit.reports.explorer.index import SampleIndex
from evalkit.reports.explorer.sources import Source
from evalkit.results.shards import key_of
from evalkit.results.texts import unescape
from evalkit.statistics.forks import Drawn, Fork, Road, forks_from
from evalkit.types import Status

COMPARED = 30  # samples of one task and cell, the first ones
KEPT = 2_000  # samples whose tokens are remembered
Verdicts = Callable[[int], Sequence[Sequence[Any]]]


class ForkFinder:
    """Finds forks among the samples of one task and cell; reads each of them once while it goes through a run."""

    def __init__(self, index: SampleIndex, source: Source, verdicts: Verdicts) -> None:
        self.index, self.source, self.verdicts = index, source, verdicts
        self._drawn = lru_cache(maxsize=KEPT)(self._read)

    def of(self, number: int) -> list[dict[str, Any]]:
        """One entry for each sample and token in which this one left it: requirements, number and name of the other
        sample, the token's place, text, probability in thousandths and rank of both tokens, the other's line."""
        if self.index.state[number] == 0:
            return []  # it passed
        mine = self._drawn(number)
        if not mine.broken or not len(mine.tokens["ids"]):
            return []
        same = (self.index.task == self.index.task[number]) & (self.index.cell == self.index.cell[number])
        group = {
            each.key: (other, each)
            for other in np.flatnonzero(same)[:COMPARED].tolist()
            if (each := self._drawn(other))
        }
        found = sorted(forks_from(mine, [each for _, each in group.values()]), key=_place)
        return [self._entry(list(those), group[key][0]) for (key, _), those in groupby(found, _passing)]

    def _entry(self, those: Sequence[Fork], other: int) -> dict[str, Any]:
        first = those[0]
        names = {"number": other, "name": self.index.name(other), "requirements": [each.requirement for each in those]}
        return {
            **names,
            "at": first.shared,
            "drawn": _road(first.taken),
            "there": [*_road(first.other), first.other.line],
        }

    def _read(self, number: int) -> Drawn:
        row, lists = self.source.sample(number)
        statuses: dict[str, set[str]] = {}
        for _, requirement, _, status, _ in self.verdicts(number):
            statuses.setdefault(requirement, set()).add(status)
        known = {name: each for name, each in statuses.items() if Status.UNSCORED.value not in each}
        kept = frozenset(name for name, each in known.items() if each == {Status.PASSED.value})
        return Drawn(key_of(row), unescape(row["completion"]), lists, frozenset(known) - kept, kept)


def _passing(fork: Fork) -> tuple[Any, int]:
    return fork.passing, fork.shared


def _place(fork: Fork) -> tuple[int, int]:
    """The longest beginning in common first; what belongs to one entry stands together."""
    return -fork.shared, fork.passing.index


def _road(road: Road) -> list[Any]:
    return [road.text, round(1000 * road.probability), road.rank]
