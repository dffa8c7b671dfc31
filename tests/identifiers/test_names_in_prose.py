"""Which words of a docstring are names of the interface."""

import textwrap

import pytest
from made_tasks import camel, make

from evalkit import registry
from evalkit.identifiers import Name, rename_task
from evalkit.types import Task


def shouting(name: Name) -> str:
    return "_".join(name.words).upper()


def test_prose_that_only_looks_alike_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    prompt = '''
        def fetch(page, size):
            """Fetch a page of the given size.

            The size of a page is `size`; call fetch(page, size) with `page=1`. A page (or size) may be fetched
            twice: page_size is no name here.

            Args:
                page: which page.
                size (int): its size.
            :param size: the size

            Other: text about size: nothing.

            >>> fetch(1, size=2)  # the first page
            'page 1 of size 2'
            """
        '''
    monkeypatch.setattr(registry, "resolve", lambda kind, name: shouting)
    assert rename_task(make(prompt), "shouting").prompt == textwrap.dedent('''
        def FETCH(PAGE, SIZE):
            """Fetch a page of the given size.

            The size of a page is `SIZE`; call FETCH(PAGE, SIZE) with `PAGE=1`. A page (or size) may be fetched
            twice: page_size is no name here.

            Args:
                PAGE: which page.
                SIZE (int): its size.
            :param SIZE: the size

            Other: text about size: nothing.

            >>> FETCH(1, SIZE=2)  # the first page
            'page 1 of size 2'
            """
        ''')


def test_names_that_are_no_english_are_meant_wherever_they_stand() -> None:
    prompt = '''
        def solve(n, lst, a, s, grid):
            """solve the task for n, and for the n-th item of lst; i.e. n times, a word at a time.
            Word(s) in 'n' and "lst" are data.

            The numbers a and n, a + 1, (a), a[0]; a number, a list. The string s is not it's; sum(grid) and len(s).
            solve(n, lst) == grid[n], 0 < grid <= grid, grid = 3, a grid of n; str.solve(n) and solve(s) of solve(es)
            """
        '''
    assert rename_task(make(prompt), "SCREAMING_SNAKE").prompt == textwrap.dedent('''
        def SOLVE(N, LST, A, S, GRID):
            """solve the task for N, and for the N-th item of LST; i.e. N times, a word at a time.
            Word(s) in 'n' and "lst" are data.

            The numbers A and N, A + 1, (A), A[0]; a number, a list. The string S is not it's; sum(GRID) and len(S).
            SOLVE(N, LST) == GRID[N], 0 < GRID <= GRID, GRID = 3, a grid of N; str.solve(N) and solve(s) of solve(es)
            """
        ''')


def test_a_prompt_without_a_declaration_gives_the_name_of_its_entry_point() -> None:
    prompt = '"""\nWrite a function to add the numbers.\nassert add_all([1, 2]) == 3\n"""\n'
    reference = "def add_all(some_numbers):\n    return sum(some_numbers)\n"
    tests = "from solution import add_all\n\n\ndef test():\n    assert add_all([1]) == 1\n"
    renamed = camel(Task("s/t", "add_all", prompt, tests, (), (), reference, ()))
    assert renamed.entry_point == "addAll"
    assert renamed.prompt == prompt.replace("add_all", "addAll")
    assert renamed.reference == reference.replace("add_all", "addAll")
    assert renamed.tests_source == tests.replace("add_all", "addAll")
