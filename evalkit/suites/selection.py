"""Which tasks of a suite are taken, and in which order."""

import random
from collections.abc import Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from evalkit.errors import ConfigError
from evalkit.types import Suite


def select_tasks(
    suite: Suite, patterns: Sequence[str], limit: int | None, tags: Sequence[str] = (), shuffle: int | None = None
) -> Suite:
    """The tasks that any pattern names and that have any of the tags, all where none is given; at most `limit`.

    `shuffle` is the seed of an order of its own, which comes before the limit. Raises ConfigError for a pattern or a
    tag that no task has, and where no task has both.
    """
    _check(suite, patterns, tags)
    chosen = [
        task
        for task in suite.tasks
        if (not patterns or any(_matches(task.id, each) for each in patterns))
        and (not tags or set(tags) & {*task.tags})
    ]
    if not chosen:
        raise ConfigError(f"No task of {suite.name!r} matches {', '.join(patterns)} and has the tag {', '.join(tags)}.")
    if shuffle is not None:
        chosen.sort(key=lambda task: task.id)  # so that the order depends on the seed alone, not on the file
        random.Random(shuffle).shuffle(chosen)
    return replace(suite, tasks=tuple(chosen)[:limit])


def _check(suite: Suite, patterns: Sequence[str], tags: Sequence[str]) -> None:
    for pattern in patterns:
        if not any(_matches(task.id, pattern) for task in suite.tasks):
            ids = ", ".join(task.id for task in suite.tasks)
            raise ConfigError(f"No task of {suite.name!r} matches {pattern!r}. Tasks: {ids}.")
    known = dict.fromkeys(tag for task in suite.tasks for tag in task.tags)
    for tag in tags:
        if tag not in known:
            raise ConfigError(f"No task of {suite.name!r} has the tag {tag!r}. Tags: {', '.join(known) or 'none'}.")


def _matches(task_id: str, pattern: str) -> bool:
    """A pattern is for the whole id, 'starter/parse_duration', or for what follows the suite's name."""
    return fnmatchcase(task_id, pattern) or fnmatchcase(task_id.rpartition("/")[2], pattern)
