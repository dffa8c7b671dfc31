"""Identical programs, executed once by all judging workers together: see evalkit.run.identical."""

import asyncio
from collections import OrderedDict
from functools import cache
from typing import Any

from evalkit.run.identical import MOST_KEPT, Hear, Program, Verdicts
from evalkit.suites import task_hash
from evalkit.types import Status, Task

PATIENCE = 20.0  # seconds to wait for another worker's verdicts: it may have been killed or be stopped

Name = tuple[str, bytes]


class ProgramKeeper:
    """An actor: what became of each program, and who executes one. What is told first counts."""

    def __init__(self) -> None:
        self._under_way: dict[Name, asyncio.Event] = {}
        self._known: OrderedDict[Name, Verdicts] = OrderedDict()  # least recently used first

    async def ask(self, name: Name) -> Verdicts | None:
        """The verdicts of a program, once there are any; None tells the caller to execute it."""
        while name not in self._known:
            under_way = self._under_way.get(name)
            if under_way is None:
                self._under_way[name] = asyncio.Event()
                return None
            try:
                await asyncio.wait_for(under_way.wait(), PATIENCE)
            except TimeoutError:
                return None
        self._known.move_to_end(name)
        return self._known[name]

    async def tell(self, name: Name, verdicts: Verdicts | None) -> None:
        """Keep what came of a program; None when nothing did."""
        if verdicts is not None:
            self._known.setdefault(name, verdicts)
        while len(self._known) > MOST_KEPT:
            self._known.popitem(last=False)
        if under_way := self._under_way.pop(name, None):
            under_way.set()


class SharedPrograms:
    """The keeper as a judging worker sees it; where it does not answer, a worker executes the program itself."""

    def __init__(self, ray: Any, keeper: Any) -> None:
        self._ray, self._keeper = ray, keeper

    def ask(self, program: Program, hear: Hear) -> bool:
        """See evalkit.run.identical.Programs; waits where another worker executes the program."""
        verdicts = self._answer(self._keeper.ask.remote(_name(program)))
        if verdicts is None:
            return False
        hear(verdicts)
        return True

    def tell(self, program: Program, verdicts: Verdicts | None) -> None:
        """See evalkit.run.identical.Programs."""
        if verdicts is not None and any(verdict.status is Status.UNSCORED for verdict in verdicts):
            verdicts = None
        self._keeper.tell.remote(_name(program), verdicts)

    def _answer(self, asked: Any) -> Verdicts | None:
        try:
            verdicts: Verdicts | None = self._ray.get(asked, timeout=2 * PATIENCE)
        except self._ray.exceptions.RayError:
            return None
        return verdicts


def _name(program: Program) -> Name:
    task, solution = program
    return _hash(task), solution


@cache
def _hash(task: Task) -> str:
    return task_hash(task)
