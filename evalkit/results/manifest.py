"""manifest.json: everything needed to repeat a run, written once when it is created.

{"format": 2, "created": iso time, "config": {...}, "seed": int, "unit_size": int,
 "suite": {"name", "title", "hash"},
 "tasks": {task_id: {"hash", "title", "judging": "separate" or "shared", "requirements": [{"id", "kind", "text"}]}},
 "model": {...}, "identifiers": {model: {style: {"names", "tokens", "most", "longest"}}},
 "sandbox": {"name", "isolates", ...}, "extraction": {"hash"}, "versions": {...}, "hardware": {...},
 "plan": {"samples": int, "units": int}}
"""

import json
from collections.abc import Mapping
from typing import Any

from evalkit.errors import RunDirectoryError
from evalkit.paths import AnyPath, RemotePath
from evalkit.results.files import write_atomically

FORMAT = 2
NAME = "manifest.json"


def write_manifest(folder: AnyPath, manifest: Mapping[str, object]) -> None:
    """Write the manifest in full; raises TypeError or ValueError when it is not plain JSON data."""
    text = json.dumps({"format": FORMAT, **manifest}, indent=2, allow_nan=False)
    write_atomically(folder / NAME, (text + "\n").encode())


def read_manifest(folder: AnyPath) -> dict[str, Any]:
    """The manifest of a run; raises RunDirectoryError that says what is wrong with the folder."""
    if isinstance(folder, RemotePath):
        return _read_object(folder)
    if not folder.is_dir():
        what = "is a file, not a run directory" if folder.exists() else "does not exist"
        raise RunDirectoryError(f"{folder} {what}. Give the folder that 'evalkit run' wrote.")
    path = folder / NAME
    if not path.exists():
        raise RunDirectoryError(f"{folder} is not a run directory: it holds no {NAME}.")
    try:
        manifest = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise RunDirectoryError(f"{path} cannot be read: {error}. Restore it from a copy.") from error
    return _checked(path, manifest)


def _read_object(folder: RemotePath) -> dict[str, Any]:
    """The same in one request, which is also the first one to a store that may not be there."""
    try:
        return _checked(folder / NAME, json.loads((folder / NAME).read_bytes()))
    except FileNotFoundError:
        raise RunDirectoryError(f"{folder} is not a run directory: it holds no {NAME}.") from None
    except (OSError, ValueError) as error:
        raise RunDirectoryError(f"{folder / NAME} cannot be read: {error}") from error


def _checked(path: AnyPath, manifest: object) -> dict[str, Any]:
    found = manifest.get("format") if isinstance(manifest, dict) else None
    if not isinstance(manifest, dict) or found != FORMAT:
        raise RunDirectoryError(
            f"{path} has run format {found!r}; this evalkit reads format {FORMAT}. "
            f"Use the evalkit version that wrote it."
        )
    unit_size, tasks = manifest.get("unit_size"), manifest.get("tasks", {})
    if not isinstance(unit_size, int) or unit_size < 1:
        raise RunDirectoryError(f"{path}: unit_size must be a whole number from 1 on, not {unit_size!r}.")
    if not isinstance(tasks, dict) or not all(isinstance(task, dict) for task in tasks.values()):
        raise RunDirectoryError(f"{path}: tasks must map each task id to its hash, title and requirements.")
    return manifest
