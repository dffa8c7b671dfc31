"""evalkit's own suite format: suite.yaml and, for each task, a folder with task.yaml and its sources."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from evalkit import types
from evalkit.errors import TaskError
from evalkit.suites.context import read_context, read_documents
from evalkit.suites.documents import Document
from evalkit.suites.sources import Source, read_source, read_tests, require_docstring_end
from evalkit.types import Familiarity, KnownWrong, Library, Requirement, RequirementKind, Suite, Task, Test

SUITE_FILE = "suite.yaml"
TASK_FILE = "task.yaml"

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")]
Identifier = Annotated[str, StringConstraints(pattern=r"^[^\W\d]\w*$")]


class RequirementEntry(BaseModel, extra="forbid", frozen=True):
    """One item of `requirements` in task.yaml."""

    id: Name = Field(description="short name used by the marks of tests.py")
    kind: RequirementKind = Field(description="stated in the prompt, or implied")
    text: Text = Field(description="one sentence")


class KnownWrongEntry(BaseModel, extra="forbid", frozen=True):
    """One item of `known_wrong` in task.yaml."""

    file: Text = Field(description="path inside the task's folder")
    breaks: tuple[Name, ...] = Field(min_length=1, description="ids of the requirements it breaks")
    why: Text = Field(description="what is wrong with it")


class LibraryEntry(BaseModel, extra="forbid", frozen=True):
    """`library` in task.yaml: what the task is to be done with."""

    name: Text = Field(description="as it is imported")
    familiarity: Familiarity = Field(description="how often models have seen it: well-known, rare or unseen")
    packages: tuple[Identifier, ...] = Field(default=(), description="what the sandbox must offer for it")


class TaskEntry(BaseModel, extra="forbid", frozen=True):
    """The keys of task.yaml."""

    title: Text = Field(description="a few words")
    entry_point: Identifier = Field(description="function or class declared in prompt.py")
    tags: tuple[Name, ...] = Field(default=(), description="free words to select tasks by")
    keep: tuple[Identifier, ...] = Field(default=(), description="names no identifier style changes")
    judging: Literal["separate", "shared"] = Field(
        "separate", description="shared: tests run in the solution's own process"
    )
    library: LibraryEntry | None = Field(default=None, description="the library it is to be done with")
    requirements: tuple[RequirementEntry, ...] = Field(min_length=1)
    known_wrong: tuple[KnownWrongEntry, ...] = Field(min_length=2)


class SuiteEntry(BaseModel, extra="forbid", frozen=True):
    """The keys of suite.yaml."""

    title: Text = Field(description="a few words")
    tasks: tuple[Name, ...] = Field(min_length=1, description="names of the task folders, in order")


def read_suite(folder: Path) -> Suite:
    """The suite in a folder, its tasks in the order of suite.yaml. Raises TaskError."""
    document = Document(folder / SUITE_FILE)
    entry = document.read(SuiteEntry)
    _require_unique(document, "tasks", entry.tasks)
    for index, name in enumerate(entry.tasks):
        if not (folder / name).is_dir():
            raise document.error(f"the task {name!r} has no folder", "tasks", index)
    for file in sorted(folder.glob(f"*/{TASK_FILE}")):
        if file.parent.name not in entry.tasks:
            raise document.error(f"the task folder {file.parent.name!r} is not listed in 'tasks'", "tasks")
    name = folder.resolve().name
    documents = read_documents(folder)
    tasks = [read_task(folder / task, name) for task in entry.tasks]
    libraries = {task.library.name for task in tasks if task.library}
    found = (replace(task, documents=tuple(_documents_for(task, documents, libraries))) for task in tasks)
    return Suite(name, entry.title, tuple(found))


def _documents_for(task: Task, documents: Sequence[types.Document], libraries: Set[str]) -> Iterator[types.Document]:
    """All but the pages of libraries that other tasks are about: documents/NAME.md, or a folder documents/NAME."""
    for document in documents:
        about = Path(document.name).parts[0].partition(".")[0]
        if about not in libraries or (task.library and about == task.library.name):
            yield document


def read_task(folder: Path, suite: str) -> Task:
    """The task in a folder; its id is "<suite>/<folder name>". Raises TaskError."""
    document = Document(folder / TASK_FILE)
    entry = document.read(TaskEntry)
    prompt, tests, reference = (read_source(folder / name) for name in SOURCES)
    _check_names(document, entry, prompt, reference)
    found = read_tests(tests)
    _check_tests(document, entry, tests, found)
    return Task(
        id=f"{suite}/{folder.name}",
        entry_point=entry.entry_point,
        prompt=prompt.text,
        tests_source=tests.text,
        requirements=tuple(Requirement(each.id, each.text, each.kind) for each in entry.requirements),
        tests=found,
        reference=reference.text,
        known_wrong=_read_known_wrong(document, entry),
        title=entry.title,
        tags=entry.tags,
        keep=entry.keep,
        judging=entry.judging,
        context=read_context(folder),
        library=Library(**entry.library.model_dump()) if entry.library else None,
    )


SOURCES = ("prompt.py", "tests.py", "reference.py")


def _require_unique(document: Document, key: str, names: Sequence[str], field: str = "") -> None:
    for index, name in enumerate(names):
        if name in names[:index]:
            location = (key, index, field) if field else (key, index)
            raise document.error(f"{name!r} is listed twice in {key!r}", *location)


def _check_names(document: Document, entry: TaskEntry, prompt: Source, reference: Source) -> None:
    _require_unique(document, "requirements", [each.id for each in entry.requirements], "id")
    _require_unique(document, "known_wrong", [each.file for each in entry.known_wrong], "file")
    require_docstring_end(prompt)
    for source in (prompt, reference):
        if not source.declares(entry.entry_point):
            message = f"does not declare the entry point {entry.entry_point!r} of {TASK_FILE}"
            raise source.error(message)
    for index, name in enumerate(entry.keep):
        if name not in prompt.text:
            raise document.error(f"'keep' has {name!r}, which prompt.py does not use", "keep", index)


def _check_tests(document: Document, entry: TaskEntry, source: Source, tests: Sequence[Test]) -> None:
    known = [each.id for each in entry.requirements]
    for test in tests:
        if test.requirement not in known:
            message = f"{test.name!r} checks the unknown requirement {test.requirement!r}"
            raise TaskError(source.path, f"{message}; known: {', '.join(known)}", _line_of(source, test))
    for index, name in enumerate(known):
        if all(test.requirement != name for test in tests):
            raise document.error(f"the requirement {name!r} has no test", "requirements", index, "id")
    if not any(test.example for test in tests):
        raise source.error("has no test marked pytest.mark.example, which the prompt shows")
    if all(test.example for test in tests):
        raise source.error("has no hidden test: every test is marked pytest.mark.example")
    if all(each.kind != "implied" for each in entry.requirements):
        raise document.error("has no implied requirement, one that is expected unsaid", "requirements")


def _line_of(source: Source, test: Test) -> int:
    return next(node.lineno for node in source.tree.body if getattr(node, "name", None) == test.name)


def _read_known_wrong(document: Document, entry: TaskEntry) -> tuple[KnownWrong, ...]:
    folder, known = document.path.parent, [each.id for each in entry.requirements]
    solutions = []
    for index, each in enumerate(entry.known_wrong):
        _check_known_wrong(document, index, each, known)
        source = read_source(folder / each.file)
        if not source.declares(entry.entry_point):
            raise source.error(f"does not declare the entry point {entry.entry_point!r} of {TASK_FILE}")
        solutions.append(KnownWrong(Path(each.file).stem, source.text, each.breaks, each.why))
    for file in sorted(folder.glob("wrong/*.py")):
        if all(folder / each.file != file for each in entry.known_wrong):
            raise document.error(f"wrong/{file.name} is not listed in 'known_wrong'", "known_wrong")
    return tuple(solutions)


def _check_known_wrong(document: Document, index: int, entry: KnownWrongEntry, known: Sequence[str]) -> None:
    path = document.path.parent / entry.file
    if Path(entry.file).is_absolute() or ".." in Path(entry.file).parts:
        message = f"the file {entry.file!r} must lie in the task's folder"
        raise document.error(message, "known_wrong", index, "file")
    if not path.is_file():
        raise document.error(f"the file {entry.file!r} is missing", "known_wrong", index, "file")
    for name in entry.breaks:
        if name not in known:
            message = f"{entry.file!r} breaks the unknown requirement {name!r}; known: {', '.join(known)}"
            raise document.error(message, "known_wrong", index, "breaks")
