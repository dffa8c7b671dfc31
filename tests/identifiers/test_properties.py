"""Random tasks in every style: the names go back byte for byte, and the renamed program does what the first did.

The programs are made of slots in which names of the interface, local variables and foreign members meet, with names
that often are the same: what renaming by spelling would get wrong.
"""

import keyword
import string
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from renamed_back import assert_goes_back

from evalkit.identifiers import new_names, rename_task
from evalkit.registry import names
from evalkit.types import Task

STYLES = st.sampled_from(names("identifier style"))
WORDS = st.text(string.ascii_lowercase, min_size=1, max_size=5)
NAMES = (
    st.lists(WORDS, min_size=1, max_size=3)
    .map("_".join)
    .filter(lambda name: not keyword.iskeyword(name) and name not in {*dir(__builtins__), "self", "key", "solution"})
)

PROMPT = '''
class Store:
    """Keeps values. `{method}({first}, {second})` adds two; {first} may be said in words, or as `{first}`.

    >>> Store({first}=1).{method}(2, {second}=3)
    6

    Args:
        {first}: what it begins with.
    """

    def __init__(self, {first}: int = 0) -> None:
        self.{attribute} = {first}

    def {method}(self, {first}: int, {second}: int) -> int:
        """The sum of all."""


def {function}({second}, *, {first}=1):
    """Call {function}(4, {first}=5) for a list."""
'''
REFERENCE = '''
class Store:
    def __init__(self, {first}: int = 0) -> None:
        self.{attribute} = {first}
        self._log = {{}}

    def {method}(self, {first}: int, {second}: int) -> int:
        """The sum of all."""
        {local} = {first} + {second}
        self._log["{first}"] = [{local} for {local}_ in range(1)]
        return self.{attribute} + {local}


def helper({local}, {local}_="{first}"):
    return lambda {first}_2: {local}


def {function}({second}, *, {first}=1):
    # {first} and {second}: both in the list
    {local}_3 = [{second}, {first}]
    return {local}_3 + [f"{{{first}}}", helper({local}={second})(0), "{first}".upper()]
'''
TESTS = """
from solution import Store, {function}


class Ledger:
    {method} = "theirs"

    def __init__(self, {second}=3):
        self.{attribute} = {second}


def answers():
    {first} = Store({first}=7)
    {local} = Ledger({second}=4)
    yield {first}.{method}(1, {second}=2), {first}.{attribute}, getattr({first}, "{attribute}")
    yield {function}(8), {function}({second}=9, {first}=10), {local}.{attribute}, Ledger.{method}
    yield {{"{first}": 1}}["{first}"], Store().{method}(**{{"{first}": 3, "{second}": 4}})
"""


@st.composite
def tasks(draw: st.DrawFn) -> Task:
    keys = ("first", "second", "method", "attribute", "function")
    chosen = dict(zip(keys, draw(st.lists(NAMES, min_size=5, max_size=5, unique=True)), strict=True))
    own = [chosen["attribute"], chosen["method"], chosen["function"]]  # a local variable may be called like a member
    local = draw(st.one_of(NAMES, st.sampled_from(own[:2])).filter(lambda name: name not in (own[2], "helper")))
    chosen["local"] = local if local not in (chosen["first"], chosen["second"]) else f"{local}_local"
    prompt, reference, tests = (text.format(**chosen) for text in (PROMPT, REFERENCE, TESTS))
    return Task("s/t", chosen["function"], prompt, tests, (), (), reference, ())


def answers(task: Task) -> list[Any]:
    solution: dict[str, Any] = {"__name__": "solution"}
    exec(task.reference, solution)
    tests: dict[str, Any] = dict(solution)
    exec(task.tests_source.replace("from solution import", "# from solution import"), tests)
    return list(tests["answers"]())


@settings(deadline=None, max_examples=30)
@given(tasks(), STYLES)
def test_a_renamed_program_does_the_same_and_goes_back(task: Task, style: str) -> None:
    renamed = rename_task(task, style)
    assert answers(renamed) == answers(task)
    assert_goes_back(task, style)
    chosen = new_names(task, style)
    assert len(set(chosen.values())) == len(chosen)
    assert renamed.entry_point == chosen.get(task.entry_point, task.entry_point)
