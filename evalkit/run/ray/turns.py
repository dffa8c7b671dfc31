"""Turns among the judging workers of one node: many together, or one alone, as `trials.Turns` has it for threads."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from evalkit.registry import data_folder


class NodeTurns:
    """Two locks of the system, on folders that every evalkit of a node has: a worker that dies gives them back.

    Whoever wants to be alone holds the door while the others leave, so newcomers wait and it is not starved.
    """

    def __init__(self) -> None:
        folder = data_folder("sandbox")
        self._door, self._room = str(folder), str(folder / "runner")

    @contextmanager
    def together(self) -> Iterator[None]:
        """Inside with others."""
        with _locked(self._door, fcntl.LOCK_SH):
            inside = _taken(self._room, fcntl.LOCK_SH)
        try:
            yield
        finally:
            os.close(inside)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Inside while nobody else is."""
        with _locked(self._door, fcntl.LOCK_EX), _locked(self._room, fcntl.LOCK_EX):
            yield


@contextmanager
def _locked(path: str, kind: int) -> Iterator[None]:
    descriptor = _taken(path, kind)
    try:
        yield
    finally:
        os.close(descriptor)


def _taken(path: str, kind: int) -> int:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, kind)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor
