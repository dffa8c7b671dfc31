"""Sources as trees, where tasks are checked in several threads."""

import ast
from threading import Lock

# Some interpreters (seen: 3.11.2) count the depth of all threads' trees together, and now and then end a parse that is
# right with a SystemError; https://github.com/python/cpython/issues/106905 is about it.
_ONE_AT_A_TIME = Lock()


def parse(source: str) -> ast.Module:
    """`ast.parse`, in one thread at a time. Raises SyntaxError and ValueError."""
    with _ONE_AT_A_TIME:
        return ast.parse(source)
