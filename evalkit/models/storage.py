"""Where converted models lie, and the hashes that name them."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from evalkit.errors import ModelUnavailable


def cache_folder() -> Path:
    """$EVALKIT_CACHE, else evalkit's folder in the user's cache ($XDG_CACHE_HOME or ~/.cache)."""
    if chosen := os.environ.get("EVALKIT_CACHE"):
        return Path(chosen)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "evalkit"


def create_folder(target: Path, build: Callable[[Path], None]) -> None:
    """Let `build` fill a temporary folder, then rename it to `target`: it is there whole or not at all."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=".partial-", dir=target.parent))
    except OSError as error:
        raise ModelUnavailable(
            f"Cannot write to {target.parent}: {error.strerror}. Set EVALKIT_CACHE to a folder that can be written."
        ) from error
    try:
        build(partial)
        _publish(partial)
        partial.rename(target)
    except OSError:
        if not target.is_dir():  # else another process was quicker, and its folder is as good
            raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _publish(folder: Path) -> None:
    # Temporary folders and safetensors files are private; a cache may be shared between users.
    folder.chmod(0o755)
    for file in folder.iterdir():
        file.chmod(0o644)


def file_sha256(path: Path) -> str:
    """SHA-256 of a file in hexadecimal. Remembered by path, size and modification time."""
    stat = path.stat()
    known, entry = _remembered(), [stat.st_size, stat.st_mtime_ns]
    name = str(path.resolve())
    if (found := known.get(name)) and found[:2] == entry:
        return str(found[2])
    digest = sha256_of(path)
    _remember({**known, name: [*entry, digest]})
    return digest


def sha256_of(path: Path) -> str:
    """SHA-256 of a file in hexadecimal, read now."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _remembered() -> dict[str, list[int | str]]:
    try:
        known = json.loads((cache_folder() / "hashes.json").read_text())
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _remember(known: dict[str, list[int | str]]) -> None:
    # Only saves time: a folder that cannot be written must not stop a run.
    with suppress(OSError):
        folder = cache_folder()
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=folder, prefix=".hashes-", delete=False) as file:
            json.dump(known, file)
        Path(file.name).replace(folder / "hashes.json")
