"""Tests that the host has sent: compiled once, and named by a key in every later job.

The host says which to forget, so both sides always agree about what is here.
"""

import ast
import sys
import types
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import differential
from ahead import calls_ahead
from asking import TESTS_FILE
from reuse import leaves_nothing_behind


@dataclass
class Prepared:
    """Compiled tests and what is known about them."""

    code: types.CodeType
    learned: dict[str, str] | None  # what differential tests have learned; None when that is still to be done
    reusable: bool  # whether a judge that has run them may run others
    ahead: dict[str, tuple[tuple[object, ...], ...]]  # by test: the arguments of the calls it is sure to begin with

    @property
    def to_learn(self) -> bool:
        """Whether they compare with a reference, whose outputs are not known yet."""
        return self.learned is None and differential.__name__ in self.code.co_names


class Store:
    """The tests of this sandbox by key."""

    def __init__(self) -> None:
        self._by_key: dict[str, Prepared] = {}

    def take(self, message: Any) -> Prepared:
        """The tests that a job names: {"key", "forget": [keys]}, and on first use {"source", "learned": {} or null}.

        Raises SyntaxError or ValueError for a source that does not compile.
        """
        for key in message["forget"]:
            self._by_key.pop(key, None)
        if "source" in message:
            self._by_key[message["key"]] = prepare(message["source"], message["learned"])
        return self._by_key[message["key"]]

    def all(self) -> dict[str, Prepared]:
        """Everything that is here now, by key."""
        return self._by_key


def learn(code: types.CodeType) -> dict[str, str]:
    """Execute the tests' module without a solution, and learn what its differential tests need to know."""
    solution = types.ModuleType("solution")
    solution.__getattr__ = lambda name: None  # type: ignore[method-assign]  # what tests import is not called here
    sys.modules["solution"] = solution
    namespace: dict[str, object] = {"__name__": "tests"}
    exec(code, namespace)
    return differential.learn(namespace)


def prepare(source: str, learned: dict[str, str] | None) -> Prepared:
    """Compile test source. Tests that use pytest get its assertion rewriting, so that a failure shows the values.

    pytest is imported here, once, since the judges that are forked later share it; tests that do not mention it
    are spared its weight. Raises SyntaxError or ValueError for a source that does not compile.
    """
    tree = ast.parse(source, TESTS_FILE)
    reusable, ahead = leaves_nothing_behind(tree), calls_ahead(tree, source)
    if "pytest" in source:
        _rewriter()(tree, source.encode("utf-8", "surrogatepass"))
    return Prepared(compile(tree, TESTS_FILE, "exec", dont_inherit=True), learned, reusable, ahead)


def _rewriter() -> Callable[[ast.Module, bytes], None]:
    try:
        import pytest  # noqa: F401  # for the judges forked later
        from _pytest.assertion.rewrite import rewrite_asserts
    except ImportError:  # an image without pytest: messages are plainer, verdicts the same
        return lambda tree, source: None
    return rewrite_asserts
