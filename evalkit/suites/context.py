"""The texts that accompany tasks: `context.md` of a task, and the files in `documents` of a suite."""

from pathlib import Path

from evalkit.errors import TaskError
from evalkit.suites.documents import read_text
from evalkit.types import Document

CONTEXT_FILE = "context.md"
DOCUMENTS_FOLDER = "documents"
SUFFIXES = (".md", ".rst", ".txt", ".py", ".pyi")


def read_context(task_folder: Path) -> str:
    """What the task's prompt relies on, to stand somewhere before it; "" when there is none. Raises TaskError."""
    path = task_folder / CONTEXT_FILE
    if not path.exists():
        return ""
    text = read_text(path).strip("\n") + "\n"
    if not text.strip():
        raise TaskError(path, "is empty; remove it, or write what the prompt relies on")
    return text


def read_documents(suite_folder: Path) -> tuple[Document, ...]:
    """What retrieval may find for the suite's tasks, by the files' paths in order. Raises TaskError."""
    folder = suite_folder / DOCUMENTS_FOLDER
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix in SUFFIXES)
    return tuple(Document(path.relative_to(folder).as_posix(), read_text(path)) for path in files)
