"""Tasks whose tests are cases: a text for a program's standard input, or arguments for a function; prompts for them."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from evalkit.suites.argument_lists import as_line
from evalkit.types import JudgingKind, Requirement, Task, Test

EXAMPLES = Requirement("examples", "Does what the examples of the statement show.", "stated")
HIDDEN = Requirement("hidden", "Does what is asked on inputs that are not shown.", "stated")
ALL = Requirement("cases", "Does what is asked on the inputs of the data set.", "stated")

PRELUDE = """\
import bisect
import collections
import heapq
import itertools
import math
import random
import re
import string
import sys
from collections import Counter, OrderedDict, defaultdict, deque
from functools import cache, cmp_to_key, lru_cache, reduce
from heapq import heapify, heappop, heappush
from itertools import accumulate, combinations, permutations, product
from math import ceil, comb, floor, gcd, inf, sqrt
from typing import Any, Dict, List, Optional, Set, Tuple
"""
"""What the graders of LiveCodeBench and APPS import before a solution, as far as solutions rely on it."""


@dataclass(frozen=True, slots=True)
class Case:
    """One test: the statement of its body, and whether the prompt shows it (None: that is not known)."""

    statement: str
    example: bool | None


def output_case(text: str, expected: str, rule: str, example: bool | None = None) -> Case:
    """What a program prints for a text on its standard input; rules: sandbox/runner/programs.py."""
    return Case(f"assert_output(run, {text!r}, {expected!r}, {rule!r})", example)


def result_case(
    call: str, arguments: Sequence[object], expected: object, rule: str, example: bool | None = None
) -> Case:
    """What a function gives; `call` is the expression that names it."""
    line, wanted = as_line(arguments), as_line([expected])[1:-1]
    return Case(f"assert_result({call}, {line!r}, {wanted!r}, {rule!r})", example)


def case_task(
    task_id: str,
    prompt: str,
    entry_point: str,
    cases: Sequence[Case],
    reference: str = "",
    title: str = "",
    tags: tuple[str, ...] = (),
) -> Task:
    """A task with one test per case. Without an entry point it is a program."""
    judging: JudgingKind = "separate" if entry_point else "program"
    helper, imported = ("assert_result", entry_point) if entry_point else ("assert_output", "run")
    named = [(f"test_{number}", case) for number, case in enumerate(cases, 1)]
    functions = (f"\n\ndef {name}():\n    {case.statement}\n" for name, case in named)
    source = f"from programs import {helper}\nfrom solution import {imported}\n{''.join(functions)}"
    tests = tuple(Test(name, _requirement(case).id, case.example is True) for name, case in named)
    asked = {each.id: each for each in map(_requirement, cases)}
    return Task(
        task_id, entry_point, prompt, source, tuple(asked.values()), tests, reference, (), title, tags, judging=judging
    )


def statement_prompt(statement: str, prelude: str = PRELUDE) -> str:
    """A prompt that asks for a program in words: a docstring, after what a solution need not import."""
    return f"{prelude}\n{_docstring(statement, '')}"


def declared_prompt(statement: str, starter: str, prelude: str = PRELUDE) -> str:
    """A prompt that ends after the docstring of the function or method that `starter` opens.

    >>> print(declared_prompt("Add.", "def f(a):", ""), end="")
    <BLANKLINE>
    def f(a):
        \"\"\"
        Add.
        \"\"\"
    """
    head = starter.rstrip()
    last = head.rsplit("\n", 1)[-1]
    indent = last[: len(last) - len(last.lstrip())] + "    "
    return f"{prelude}\n{head}\n{_docstring(statement, indent)}"


def _requirement(case: Case) -> Requirement:
    return {None: ALL, True: EXAMPLES, False: HIDDEN}[case.example]


def _docstring(text: str, indent: str) -> str:
    escaped = text.strip().replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return f'{indent}"""\n{textwrap.indent(escaped, indent)}\n{indent}"""\n'
