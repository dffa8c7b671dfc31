"""Agendas: steps that come after other steps, put into waves that can be done at once."""

from collections.abc import Iterable


class Knot(Exception):
    """Steps wait for each other in a circle. `steps`: those that can never begin."""

    def __init__(self, steps: frozenset[str]) -> None:
        super().__init__(f"these steps wait for each other: {', '.join(sorted(steps))}")
        self.steps = steps


class Agenda:
    """Steps by name, each with what comes before it."""

    def __init__(self) -> None:
        self._before: dict[str, set[str]] = {}

    def step(self, name: str, after: Iterable[str] = ()) -> None:
        """Add a step, or more that an earlier one comes after."""
        self._before.setdefault(name, set()).update(after)

    def waves(self) -> list[frozenset[str]]:
        """Sets of steps: each step in the first wave in which all it comes after is done. Raises Knot.

        Names that were given in `after` alone are no steps of this agenda: they count as done and are in no wave.
        """
        waiting = {name: before & self._before.keys() for name, before in self._before.items()}
        found: list[frozenset[str]] = []
        while waiting:
            ready = frozenset(name for name, before in waiting.items() if not before)
            if not ready:
                raise Knot(frozenset(waiting))
            found.append(ready)
            waiting = {name: before - ready for name, before in waiting.items() if name not in ready}
        return found
