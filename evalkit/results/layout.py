"""Which file of a run holds which units: one file for each unit and kind, or one for many units that were merged.

samples-00012.parquet         unit 12
samples-00000-00255.parquet   units 0 to 255, each a row group of its own, in order

Merged files are written by `evalkit compact`, those of samples last: where they are there, all of their range is, and
files of single units of that range are left over. So a run can be read at every moment while it is compacted.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from evalkit.paths import AnyPath

KINDS = ("tokens", "verdicts", "repeats", "samples")  # in the order in which they are merged
_NAME = re.compile(r"([a-z]+)-(\d+)(?:-(\d+))?\.parquet")
_UNITS = re.compile(r"\d.*")
_TOGETHER = 4  # units of a merged file that are read at once


@dataclass(frozen=True, slots=True)
class Part:
    """Units `first` to `last` (included) of a file; `groups` are their row groups, None for the file of one unit."""

    path: AnyPath
    first: int
    last: int
    groups: tuple[int, ...] | None = None

    def of(self, kind: str) -> "Part":
        """The same units of another kind."""
        name = f"{kind}-{_UNITS.findall(self.path.name)[0]}"
        return Part(self.path.with_name(name), self.first, self.last, self.groups)

    def unit(self, unit: int) -> "Part":
        """One of its units."""
        return self if self.groups is None else Part(self.path, unit, unit, (self.groups[unit - self.first],))

    def pieces(self) -> Iterator["Part"]:
        """Itself in parts of few units, so that a large file needs little memory."""
        if self.groups is None:
            yield self
            return
        for at in range(0, len(self.groups), _TOGETHER):
            groups = self.groups[at : at + _TOGETHER]
            yield Part(self.path, self.first + at, self.first + at + len(groups) - 1, groups)


def parts(folder: AnyPath, kind: str) -> list[Part]:
    """The files that hold a kind, in the order of the plan."""
    return parts_among(folder.iterdir(), kind)


def parts_among(paths: Iterable[AnyPath], kind: str) -> list[Part]:
    """The same, of a listing."""
    known = {found: path for path in paths if (found := _parsed(path.name))}
    whole = {found[1:] for found in known if found[0] == "samples"}
    merged = [
        Part(known[kind, first, last], first, last, tuple(range(last - first + 1)))
        for first, last in whole
        if last is not None and (kind, first, last) in known
    ]
    covered = {unit for part in merged for unit in range(part.first, part.last + 1)}
    single = [
        Part(path, first, first)
        for (each, first, last), path in known.items()
        if each == kind and last is None and first not in covered
    ]
    return sorted([*merged, *single], key=lambda part: part.first)


def left_over(paths: Sequence[AnyPath]) -> list[AnyPath]:
    """Files of single units that were merged, and merged ones without their samples."""
    used = {part.path.name for kind in KINDS for part in parts_among(paths, kind)}
    return [path for path in paths if _parsed(path.name) and path.name not in used]


def units_of(folder: AnyPath, kind: str) -> list[int]:
    """The units whose files of a kind are there."""
    return [unit for part in parts(folder, kind) for unit in range(part.first, part.last + 1)]


def holds_results(path: AnyPath) -> bool:
    """Whether a file is a shard of a run, of whatever kind."""
    return _parsed(path.name) is not None


def merged_name(kind: str, first: int, last: int) -> str:
    """The name of the file of many units."""
    return f"{kind}-{first:05d}-{last:05d}.parquet"


def _parsed(name: str) -> tuple[str, int, int | None] | None:
    """Kind, first and last unit; last is None for a single unit. Other files are a user's own."""
    found = _NAME.fullmatch(name)
    if found is None or found[1] not in KINDS:
        return None
    return found[1], int(found[2]), None if found[3] is None else int(found[3])
