"""Samples that hold the same program, byte for byte, for the same task: one is executed, and all get its verdicts.

Models repeat themselves, most of all at low temperatures. What a program does is the same each time unless it draws
random numbers, looks at the time or the like; then its samples share one draw. What was not scored is shared with
nobody, and a timeout only as it stands after the second trial. Only the last MOST_KEPT programs are remembered.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from hashlib import blake2b
from threading import Lock
from typing import Protocol

from evalkit.types import Sample, SampleKey, Status, Task, Verdict

MOST_KEPT = 4096

Verdicts = tuple[Verdict, ...]
Program = tuple[Task, bytes]
Hear = Callable[[Verdicts | None], None]


class ReuseSettings(Protocol):
    """The part of a run's settings that says whether verdicts are shared."""

    @property
    def reuse_verdicts(self) -> bool:
        """Whether identical programs are executed once."""

    @property
    def repeat_verdicts(self) -> int:
        """How often each sample is judged."""


def reuses_verdicts(settings: ReuseSettings) -> bool:
    """Whether identical programs are executed once. A run that repeats executions is about what differs among them."""
    return settings.reuse_verdicts and settings.repeat_verdicts == 1


def program_of(sample: Sample, task: Task) -> Program | None:
    """What decides a sample's verdicts: its task as the model saw it, and what is executed; None without a solution."""
    solution = sample.extraction.solution
    if solution is None:
        return None
    return task, blake2b(solution.encode("utf-8", "surrogatepass"), digest_size=32).digest()


def of_sample(verdicts: Verdicts, key: SampleKey) -> Verdicts:
    """The verdicts of a program as those of another sample that holds it."""
    return tuple(replace(verdict, key=key) for verdict in verdicts)


class Programs(Protocol):
    """Who executes which program; see `Identical`, and evalkit.run.ray.programs for many processes."""

    def ask(self, program: Program, hear: Hear) -> bool:
        """Whether somebody has executed the program or is about to."""

    def tell(self, program: Program, verdicts: Verdicts | None) -> None:
        """What came of a program; None when its execution failed for reasons of ours."""


class Identical:
    """What became of each program, and who waits to hear it. For any number of threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: dict[Program, list[Hear]] = {}
        self._known: OrderedDict[Program, Verdicts] = OrderedDict()  # least recently used first

    def ask(self, program: Program, hear: Hear) -> bool:
        """Whether somebody has executed the program or is about to: `hear` is told what came of it, now or later.

        None tells that nothing came of it. Where the answer is False, the caller is to execute it and to `tell`.
        """
        with self._lock:
            if program in self._waiting:
                self._waiting[program].append(hear)
                return True
            verdicts = self._known.get(program)
            if verdicts is None:
                self._waiting[program] = []
                return False
            self._known.move_to_end(program)
        hear(verdicts)
        return True

    def tell(self, program: Program, verdicts: Verdicts | None) -> None:
        """What came of a program; None when its execution failed for reasons of ours."""
        if verdicts is not None and any(verdict.status is Status.UNSCORED for verdict in verdicts):
            verdicts = None
        with self._lock:
            waiting = self._waiting.pop(program)
            if verdicts is not None:
                self._known[program] = verdicts
            while len(self._known) > MOST_KEPT:
                self._known.popitem(last=False)
        for hear in waiting:
            hear(verdicts)
