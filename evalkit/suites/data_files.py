"""Where the files of published data sets lie."""

import os
from pathlib import Path

from evalkit.errors import TaskError

DATA_VARIABLE = "EVALKIT_DATA"
FILES = {"humaneval": "HumanEval.jsonl.gz", "humaneval+": "HumanEvalPlus.jsonl.gz", "mbpp+": "MbppPlus.jsonl.gz"}
"""Suites that are read from a file: their names, and the file in the folder that DATA_VARIABLE names."""


def published_path(name: str) -> Path:
    """The file of a suite of FILES. Raises TaskError when it is not known where it is."""
    folder = os.environ.get(DATA_VARIABLE)
    if not folder:
        advice = f"set {DATA_VARIABLE} to the folder that holds {FILES[name]}, or give the file's path"
        raise TaskError(name, f"this suite is read from a file: {advice}")
    path = Path(folder) / FILES[name]
    if not path.is_file():
        raise TaskError(path, f"this file is missing; {DATA_VARIABLE} must name the folder that holds it")
    return path
