"""Tests that the host has sent: compiled once, and named by a key in every later job.

The host says which to forget, so both sides always agree about what is here.
"""

import sys
import types
from dataclasses import dataclass
from typing import Any

import differential
from judge import compile_tests


@dataclass
class Prepared:
    """Compiled tests, and what differential tests among them have learned: None when that is still to be done."""

    code: types.CodeType
    learned: dict[str, str] | None

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
            self._by_key[message["key"]] = Prepared(compile_tests(message["source"]), message["learned"])
        return self._by_key[message["key"]]


def learn(code: types.CodeType) -> dict[str, str]:
    """Execute the tests' module without a solution, and learn what its differential tests need to know."""
    solution = types.ModuleType("solution")
    solution.__getattr__ = lambda name: None  # type: ignore[method-assign]  # what tests import is not called here
    sys.modules["solution"] = solution
    namespace: dict[str, object] = {"__name__": "tests"}
    exec(code, namespace)
    return differential.learn(namespace)
