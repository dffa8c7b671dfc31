"""Every run below a folder, counted; what cannot be read is told and left out."""

from collections.abc import Callable
from dataclasses import dataclass

from evalkit.comparison.sides import load_side
from evalkit.errors import EvalkitError, RunDirectoryError
from evalkit.gate.baseline import Baseline, counted
from evalkit.paths import AnyPath
from evalkit.results.manifest import NAME


@dataclass(frozen=True, slots=True)
class Recorded:
    """One run: its folder relative to where was searched, when it was begun (ISO, "" when not known), its counts."""

    path: AnyPath
    name: str
    created: str
    counts: Baseline


def find_recorded(folder: AnyPath, note: Callable[[str], None]) -> list[Recorded]:
    """The runs below a folder, the oldest first; `note` is told one line for each that is left out.

    Raises RunDirectoryError when there is none that can be read.
    """
    if not folder.is_dir():
        raise RunDirectoryError(f"{folder} is not a folder. Give one that holds runs.")
    found = []
    paths = sorted(each.parent for each in folder.rglob(NAME))
    for path in paths:
        try:
            found.append(_recorded(path, folder))
        except EvalkitError as error:
            note(f"Left out: {error}")
    if not found:
        raise RunDirectoryError(f"{folder} holds no run that can be read ({len(paths)} found).")
    return sorted(found, key=lambda each: (each.created, each.name))


def _recorded(path: AnyPath, folder: AnyPath) -> Recorded:
    side = load_side(path, texts=False)
    if not side.outcomes["scored"].any():
        raise RunDirectoryError(f"{path} holds no scored sample.")
    name = str(path).removeprefix(str(folder)).strip("/") or path.resolve().name
    return Recorded(path, name, _created(side.results.manifest), counted(side))


def _created(manifest: object) -> str:
    created = manifest.get("created") if isinstance(manifest, dict) else None
    return created if isinstance(created, str) else ""
