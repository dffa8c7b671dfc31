"""Which samples of a file are judged, and what is said of the others. Memory does not grow with the lines."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from evalkit.run.sample_files import Attempt, BadLine
from evalkit.types import Cell, SampleKey, Suite, Task

SHOWN = 20  # bad lines and names that are listed one by one
_MAX_NAMES = 1000  # unknown task ids that are told apart


@dataclass
class Survey:
    """Sorts attempts; the same attempts in the same order are always sorted alike."""

    tasks: Mapping[str, Task]
    model: str
    left_out: frozenset[str] = frozenset()  # tasks of the suite that were not selected
    accepted: int = 0
    bad: int = 0
    duplicates: int = 0
    unselected: int = 0
    first_bad: list[BadLine] = field(default_factory=list)
    first_duplicates: list[str] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)
    _counts: Counter[tuple[str, float]] = field(default_factory=Counter)
    _numbers: dict[tuple[str, float], bytearray] = field(default_factory=dict)  # one bit per number that was given

    def accept(self, attempts: Iterable[Attempt | BadLine]) -> Iterator[tuple[SampleKey, Attempt]]:
        """The attempts that are judged, each with the key of its sample; counts the others."""
        for attempt in attempts:
            if isinstance(attempt, BadLine):
                self.bad += 1
                self.first_bad += [attempt][: SHOWN - len(self.first_bad)]
            elif attempt.task_id in self.left_out:
                self.unselected += 1
            elif attempt.task_id not in self.tasks:
                known = attempt.task_id in self.unknown or len(self.unknown) < _MAX_NAMES
                self.unknown[attempt.task_id if known else "(others)"] += 1
            elif self._is_duplicate(attempt):
                self.duplicates += 1
                said = f"{attempt.where} (number {attempt.index} of {attempt.task_id})"
                self.first_duplicates += [said][: SHOWN - len(self.first_duplicates)]
            else:
                yield self._key(attempt), attempt

    def _is_duplicate(self, attempt: Attempt) -> bool:
        if attempt.index is None:
            return False
        bits = self._numbers.setdefault((attempt.task_id, attempt.temperature), bytearray())
        byte, bit = divmod(attempt.index, 8)
        bits.extend(bytes(max(0, byte + 1 - len(bits))))
        seen = bool(bits[byte] >> bit & 1)
        bits[byte] |= 1 << bit
        return seen

    def _key(self, attempt: Attempt) -> SampleKey:
        place = (attempt.task_id, attempt.temperature)
        index = self._counts[place]
        self._counts[place] += 1
        self.accepted += 1
        return SampleKey(attempt.task_id, Cell(self.model, attempt.temperature, "given", "given"), index)

    def lines(self, suite: Suite) -> Iterator[str]:
        """What the user should know, in lines."""
        yield from (f"{each.where}: {each.reason}; skipped" for each in self.first_bad)
        if self.bad > len(self.first_bad):
            yield f"{self.bad - len(self.first_bad)} more bad lines; skipped"
        if self.unselected:
            yield f"Left out {self.unselected} samples of tasks that were not selected."
        if self.unknown:
            names = [f"{name} ({count})" for name, count in self.unknown.items()]
            yield f"Skipped {self.unknown.total()} samples of tasks that {suite.name} does not have: {_listed(names)}"
        if self.duplicates:
            yield f"Skipped {self.duplicates} duplicates: {_listed(self.first_duplicates, self.duplicates)}"
        given = {task_id for task_id, _ in self._counts}
        if absent := [task.id for task in suite.tasks if task.id not in given]:
            yield f"No samples for {len(absent)} of {len(suite.tasks)} tasks: {_listed(absent)}"

    def counts(self) -> dict[str, object]:
        """For the manifest."""
        return {
            "accepted": self.accepted,
            "bad_lines": self.bad,
            "duplicates": self.duplicates,
            "unknown_tasks": dict(self.unknown),
        }


def _listed(names: list[str], total: int | None = None) -> str:
    rest = (total or len(names)) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {rest} more" if rest > 0 else "")
