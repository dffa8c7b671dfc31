"""Tasks are checked in several threads, and old interpreters must not parse in two of them at once."""

import ast
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from evalkit.suites import parsing


def test_one_thread_at_a_time_parses(monkeypatch: pytest.MonkeyPatch) -> None:
    under_way: list[str] = []
    most = []

    def slow(source: str) -> ast.AST:
        under_way.append(source)
        most.append(len(under_way))
        time.sleep(0.01)
        under_way.remove(source)
        return ast.parse(source)

    monkeypatch.setattr(parsing, "ast", SimpleNamespace(parse=slow))
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(parsing.parse, [f"x = {number}" for number in range(8)]))
    assert [ast.unparse(tree) for tree in found] == [f"x = {number}" for number in range(8)]
    assert set(most) == {1}
