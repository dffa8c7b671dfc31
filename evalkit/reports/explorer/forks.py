"""Where a failing sample left passing ones of its prompt, as the page shows it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import groupby
from typing import Any

import numpy as np

from evalkit.reports.explorer.index import SampleIndex
from evalkit.results.lookup import SampleLookup
from evalkit.results.records import key_of
from evalkit.results.shards import KEY_COLUMNS
from evalkit.results.texts import unescape
from evalkit.statistics.forks import LISTS, Drawn, Fork, Road, forks_from
from evalkit.types import Status

COMPARED = 30  # samples of one task and cell, the first ones
KEPT = 2_000  # samples whose tokens are remembered


class ForkFinder:
    """Finds forks among the samples of one task and cell; reads each of them once while it goes through a run."""

    def __init__(self, index: SampleIndex, lookup: SampleLookup) -> None:
        self.index, self.lookup = index, lookup
        self._drawn = lru_cache(maxsize=KEPT)(self._read)
        self._first = lru_cache(maxsize=KEPT)(self._first_of)

    def of(self, number: int) -> list[dict[str, Any]]:
        """One entry for each sample and token in which this one left it: requirements, number and name of the other
        sample, the token's place, text, probability in thousandths and rank of both tokens, the other's line."""
        if self.index.state[number] == 0:
            return []  # it passed
        mine = self._drawn(number)
        if not mine.broken or not len(mine.tokens["ids"]):
            return []
        numbers = self._first(int(self.index.task[number]), int(self.index.cell[number]))
        group = {each.key: (other, each) for other in numbers if (each := self._drawn(other))}
        found = sorted(forks_from(mine, [each for _, each in group.values()]), key=_place)
        return [self._entry(list(those), group[key][0]) for (key, _), those in groupby(found, _passing)]

    def _first_of(self, task: int, cell: int) -> list[int]:
        """The first samples of a task and cell."""
        same: list[int] = np.flatnonzero((self.index.task == task) & (self.index.cell == cell))[:COMPARED].tolist()
        return same

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
        row, statuses = self.lookup.sample(number, (*KEY_COLUMNS, "completion")), defaultdict(set)
        for verdict in self.lookup.verdicts(number):
            statuses[verdict["requirement"]].add(verdict["status"])
        known = {name: each for name, each in statuses.items() if Status.UNSCORED.value not in each}
        kept = frozenset(name for name, each in known.items() if each == {Status.PASSED.value})
        # The index in the shard may be that of another run's sample, too.
        key = replace(key_of(row), index=int(self.index.index[number]))
        lists = self.lookup.tokens(number, LISTS)
        return Drawn(key, unescape(row["completion"]), lists, frozenset(known) - kept, kept)


def _passing(fork: Fork) -> tuple[Any, int]:
    return fork.passing, fork.shared


def _place(fork: Fork) -> tuple[int, int]:
    """The longest beginning in common first; what belongs to one entry stands together."""
    return -fork.shared, fork.passing.index


def _road(road: Road) -> list[Any]:
    return [road.text, round(1000 * road.probability), road.rank]
