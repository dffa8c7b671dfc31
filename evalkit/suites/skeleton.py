"""A new task to begin with: small, complete and green, so that it can be checked after every edit."""

import keyword
import re
from pathlib import Path

import yaml

from evalkit.errors import TaskError
from evalkit.suites.documents import Document, read_text
from evalkit.suites.native import SUITE_FILE, TASK_FILE

# {name} is the entry point, {title} a few words made of it; other braces are doubled.
FILES = {
    TASK_FILE: """\
# A small task that checks as it is: `evalkit tasks check {suite}`. Change all of it, step by step.
title: {title}
entry_point: {entry_point}
tags: [text, easy]
requirements:
  - {{id: joins, kind: stated, text: "Commas stand between the names, and the word and before the last one."}}
  - {{id: single-name, kind: implied, text: "A single name stays as it is."}}
  - {{id: no-names, kind: implied, text: "Without names the text is empty."}}
known_wrong:
  - file: wrong/and_between_all.py
    breaks: [joins]
    why: "Joins all names with the same word, which looks right for two."
  - file: wrong/expects_two_names.py
    breaks: [single-name, no-names]
    why: "Takes the last name off without asking how many there are."
""",
    "prompt.py": '''\
def {name}(person_names: list[str]) -> str:
    """Join names as in a sentence: commas between them, and the word "and" before the last one.

    >>> {name}(["Ann", "Bob"])
    'Ann and Bob'
    """
''',
    "tests.py": """\
import pytest
from solution import {name}


@pytest.mark.requirement("joins")
@pytest.mark.example
def test_two_names():
    assert {name}(["Ann", "Bob"]) == "Ann and Bob"


@pytest.mark.requirement("joins")
def test_four_names():
    assert {name}(["Ann", "Bob", "Cleo", "Dan"]) == "Ann, Bob, Cleo and Dan"


@pytest.mark.requirement("single-name")
def test_single_name():
    assert {name}(["Ann"]) == "Ann"


@pytest.mark.requirement("no-names")
def test_no_names():
    assert {name}([]) == ""
""",
    "reference.py": '''\
def {name}(person_names: list[str]) -> str:
    """All names but the last with commas; then the last one."""
    *others, last = person_names or [""]
    return f"{{', '.join(others)}} and {{last}}" if others else last
''',
    "wrong/and_between_all.py": """\
def {name}(person_names: list[str]) -> str:
    return " and ".join(person_names)
""",
    "wrong/expects_two_names.py": """\
def {name}(person_names: list[str]) -> str:
    return ", ".join(person_names[:-1]) + " and " + person_names[-1]
""",
}
SUITE = """\
title: {title}
tasks:
  - {entry}
"""


def make_task(folder: Path) -> tuple[Path, ...]:
    """Write a task into a new folder, list it in the suite file beside that folder, and return the files written.

    Where there is no suite file, one is written. Raises TaskError, with nothing written: the folder exists, its name
    cannot be a function's, or the suite file is not valid.
    """
    name = _entry_point(folder)
    suite_file = folder.parent / SUITE_FILE
    suite = _suite_with(suite_file, folder.name)
    values = {"name": name, "entry_point": _scalar(name), "title": _scalar(_title(name)), "suite": folder.parent}
    texts = {folder / file: text.format(**values) for file, text in FILES.items()} | {suite_file: suite}
    try:
        for path, text in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise TaskError(error.filename or folder, f"cannot be written: {error.strerror}") from error
    return tuple(texts)


def _entry_point(folder: Path) -> str:
    name = folder.name.replace("-", "_")
    if folder.exists():
        raise TaskError(folder, "exists already; take another name, or remove it")
    if not (name.isascii() and name.isidentifier()) or name.startswith("_") or keyword.iskeyword(name):
        raise TaskError(folder, f"{folder.name!r} cannot be the name of a function; take one such as parse_price")
    return name


def _title(name: str) -> str:
    return re.sub("[-_]", " ", name).strip().capitalize()


def _scalar(text: str) -> str:
    """The text in YAML, in quotes where it needs them: a task may be called "on"."""
    return yaml.safe_dump([text], default_flow_style=True, allow_unicode=True, width=10_000).strip()[1:-1]


def _suite_with(path: Path, name: str) -> str:
    """The text of the suite file with the task listed last; everything else in it stays, comments too."""
    entry = _scalar(name)
    if not path.exists():
        return SUITE.format(title=_scalar(_title(path.absolute().parent.name) or "Tasks"), entry=entry)
    document, text = Document(path), read_text(path)
    tasks = _task_list(document, text)
    if name in (item.value for item in tasks.value):
        return text
    if tasks.flow_style:
        before, after = text[: tasks.end_mark.index - 1], text[tasks.end_mark.index - 1 :]
        comma = ", " if tasks.value and not before.rstrip().endswith(",") else ""
        return f"{before}{comma}{entry}{after}"
    end = text.find("\n", tasks.value[-1].end_mark.index)
    head, tail = (text, "") if end < 0 else (text[:end], text[end:])
    return f"{head}\n{' ' * tasks.start_mark.column}- {entry}{tail}"


def _task_list(document: Document, text: str) -> yaml.SequenceNode:
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    for key, value in root.value if isinstance(root, yaml.MappingNode) else ():
        if key.value == "tasks" and isinstance(value, yaml.SequenceNode):
            return value
    raise document.error("needs a list 'tasks', to which the new task is added", "tasks")
