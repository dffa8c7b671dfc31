"""Renaming whole tasks: everything that is meant changes, and nothing else does."""

import re
import textwrap
from dataclasses import replace

import pytest
from renamed_back import assert_goes_back
from trusted_sandbox import TrustedSandbox

from evalkit import registry
from evalkit.errors import TaskError
from evalkit.identifiers import Name, new_names, rename_task
from evalkit.suites import load_suite
from evalkit.suites.check import check_task
from evalkit.types import Job, KnownWrong, Requirement, Status, Task

STYLES = registry.names("identifier style")


def make(prompt: str, reference: str = "", tests: str = "", keep: tuple[str, ...] = ()) -> Task:
    prompt, reference, tests = map(textwrap.dedent, (prompt, reference, tests))
    entry_point = re.findall(r"^(?:def|class) (\w+)", prompt, re.MULTILINE)[-1]
    return Task("s/t", entry_point, prompt, tests, (), (), reference or prompt, (), keep=keep)


def camel(task: Task) -> Task:
    return rename_task(task, "camelCase")


POOL = '''
    import threading
    from collections.abc import Callable, Iterator
    from dataclasses import dataclass
    from typing import Any, Protocol


    class PoolError(Exception):
        """Raised by `the_pool`; `error_code` tells why."""


    class FakeClock(Protocol):
        """Tells the time."""

        def current_time(self) -> float:
            """Seconds."""


    @dataclass
    class PoolItem:
        """What is lent."""

        item_name: str
        use_count: int = 0


    class ItemPool:
        """Lends a `PoolItem`, at most `max_items` at once.

        `lend_item(item_name)` lends one; `give_back(lent_item)` takes it back. The attribute `free_items`
        counts what is left. A `PoolError` has an `error_code`; `dict.get` and `json.loads` are not ours,
        and neither is "max_items" in quotes.

        Args:
            max_items: how many; `max_items=3` is usual.
            clock: who tells the time.

        >>> pool = ItemPool(max_items=2, clock=None)
        >>> item = pool.lend_item(item_name="a")
        >>> item.item_name, pool.free_items
        ('a', 1)
        >>> sorted(["max_items"], key=len)
        ['max_items']
        """

        def __init__(self, max_items: int, clock: FakeClock | None) -> None:
            """Start with `max_items` free items."""
    '''

POOL_REFERENCE = """
    import threading
    from collections.abc import Callable, Iterator
    from contextlib import contextmanager
    from dataclasses import dataclass, replace
    from typing import Any, Protocol


    class PoolError(Exception):
        def __init__(self, error_code):
            super().__init__(f"{error_code=}"[-1])
            self.error_code = error_code


    class FakeClock(Protocol):
        def current_time(self) -> float: ...


    @dataclass
    class PoolItem:
        item_name: str
        use_count: int = 0


    class _Base:
        def give_back(self, lent_item):
            self._lent.remove(lent_item)
            self._free.append(replace(lent_item, use_count=lent_item.use_count + 1))


    class ItemPool(_Base):
        def __init__(self, max_items: int, clock: "FakeClock | None") -> None:
            self._lock = threading.Lock()
            self.clock = clock
            self._free: list[PoolItem] = [PoolItem(item_name="", use_count=0) for _ in range(max_items)]
            self._lent: list[Any] = []
            max_items = len(self._free)
            self._log: dict[str, float] = {}

        @property
        def free_items(self) -> int:
            return len(self._free)

        def lend_item(self, item_name: str) -> PoolItem:
            def stamp():
                nonlocal item_name
                item_name = item_name + ""
                return self.clock.current_time() if self.clock is not None else 0.0

            with self._lock:
                if not self._free:
                    raise PoolError(error_code=7)
                found = self._free.pop()
                found.item_name = item_name
                self._log[item_name] = stamp()
                self._lent.append(found)
                return found
    """

POOL_TESTS = '''
    import functools
    import pytest
    from solution import ItemPool, PoolError, PoolItem as Item


    class StoppedClock:
        def current_time(self):
            return 1.5


    class Ledger:
        """Has names like the pool's."""

        lend_item = "not the pool's"

        def __init__(self):
            self.free_items = 9

        def give_back(self, max_items=1):
            return max_items


    class CountingPool(ItemPool):
        def lend_item(self, item_name):
            self.calls = getattr(self, "calls", 0) + 1
            return super().lend_item(item_name=item_name)


    def make_pool(**options):
        return ItemPool(clock=StoppedClock(), **options)


    def test_lends():
        pool = make_pool(max_items=2)
        item = pool.lend_item("a")
        assert (item.item_name, pool.free_items) == ("a", 1)
        pool.give_back(lent_item=item)
        assert pool.free_items == 2
        assert getattr(pool, "free_items") == 2
        assert hasattr(Ledger(), "free_items")


    def test_counts():
        pool = CountingPool(**{"max_items": 1, "clock": None})
        with pytest.raises(PoolError) as caught:
            for max_items in range(2):
                pool.lend_item(item_name=str(max_items))
        assert caught.value.error_code == 7
        assert pool.calls == 2


    def test_others_keep_their_names():
        ledger, options = Ledger(), {"max_items": 3}
        assert ledger.free_items == 9
        assert ledger.give_back(max_items=4) == 4
        assert options["max_items"] == 3
        assert Ledger.lend_item == "not the pool's"
        assert sorted(["bb", "a"], key=len) == ["a", "bb"]


    def test_items():
        items = [Item(item_name="x"), Item(item_name="y", use_count=2)]
        assert [each.item_name for each in items] == ["x", "y"]
        assert {each.item_name: each for each in items}["y"].use_count == 2
        match items[1]:
            case Item(item_name=found):
                assert found == "y"
        build = functools.partial(Item, use_count=5)
        assert build(item_name="z").use_count == 5
    '''


def passes(task: Task) -> None:
    plan = tuple(re.findall(r"^def (test_\w+)", task.tests_source, re.MULTILINE))
    outcomes = TrustedSandbox().judge(Job(task.reference, task.entry_point, task.tests_source, plan))
    assert [outcome for outcome in outcomes if outcome.status is not Status.PASSED] == []


@pytest.mark.parametrize("style", STYLES)
def test_a_task_with_every_kind_of_name_still_passes(style: str) -> None:
    passes(rename_task(make(POOL, POOL_REFERENCE, POOL_TESTS), style))


def test_every_name_of_the_interface_changes_in_the_prompt() -> None:
    task = make(POOL, POOL_REFERENCE, POOL_TESTS)
    names = new_names(task, "camelCase")
    assert names == {
        "error_code": "errorCode",
        "current_time": "currentTime",
        "item_name": "itemName",
        "use_count": "useCount",
        "max_items": "maxItems",
        "lend_item": "lendItem",
        "lent_item": "lentItem",
        "give_back": "giveBack",
        "free_items": "freeItems",
    }
    renamed = camel(task).prompt
    expected = textwrap.dedent(POOL)
    for old, new in names.items():
        expected = re.sub(rf"(?<!['\"]){old}\b", new, expected)
    assert renamed == expected


def test_names_of_others_stay_in_the_tests() -> None:
    renamed = camel(make(POOL, POOL_REFERENCE, POOL_TESTS)).tests_source
    for kept in (
        'lend_item = "not the pool\'s"',
        "self.free_items = 9",
        "def give_back(self, max_items=1)",
        "ledger.give_back(max_items=4)",
        '{"max_items": 3}',
        'hasattr(Ledger(), "free_items")',
        "for max_items in range(2)",
        "key=len",
    ):
        assert kept in renamed
    for changed in (
        "def lendItem(self, item_name)"
        if "def lendItem(self, item_name)" in renamed
        else "def lendItem(self, itemName)",
        'getattr(pool, "freeItems")',
        '**{"maxItems": 1, "clock": None}',
        "caught.value.errorCode",
        "make_pool(maxItems=2)",
        "case Item(itemName=found)",
        "from solution import ItemPool, PoolError, PoolItem as Item",
        "def currentTime(self)",
    ):
        assert changed in renamed


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


def test_exchanged_names_never_meet_a_name_that_stays() -> None:
    """A member must not take the name of an attribute, nor a variable that of a variable, that others have."""
    prompt = '''
        class Queue:
            """`put_item(new_item)` puts, `take_item()` takes; `is_closed` tells."""

            def __init__(self, first_item):
                self.is_closed = False

            def put_item(self, new_item): "Put."

            def take_item(self): "Take."
        '''
    reference = """
        class Queue:
            def __init__(self, first_item):
                self.is_closed, self.first_item = False, first_item
                self.items = [first_item]

            def put_item(self, new_item):
                self.items.append(new_item)

            def take_item(self):
                return self.items.pop()
        """
    tests = """
        from solution import Queue


        def test_all():
            queue = Queue(first_item=1)
            assert not queue.is_closed
            queue.put_item(new_item=2)
            assert (queue.take_item(), queue.take_item()) == (2, 1)
        """
    task = make(prompt, reference, tests)
    names = new_names(task, "misleading")
    assert names["put_item"] == "take_item" and names["take_item"] == "put_item"
    assert names["new_item"] == "is_closed"
    assert "first_item" not in names.values()  # the reference keeps an attribute of that name
    passes(rename_task(task, "misleading"))


SCOPES = [
    # a parameter, a builtin and a module of the same name
    (
        "def use(max_of: int, time: int):\n    '''Doc.'''\n",
        "import time\n\n\ndef clock():\n    return time.time()\n\n\n"
        "def use(max_of, time):\n    return [max_of for max_of in [time]]\n",
        {"max_of": "maxOf"},
        "import time\n\n\ndef clock():\n    return time.time()\n\n\n"
        "def use(maxOf, time):\n    return [max_of for max_of in [time]]\n",
    ),
    # a local of another function, a default value, a nested function
    (
        "def run_all(job_list, stop_at=None):\n    '''Doc.'''\n",
        "job_list = []\n\n\ndef helper(job_list):\n    return job_list\n\n\ndef run_all(job_list, stop_at=job_list):\n"
        "    def inner():\n        return job_list, stop_at\n"
        "    return helper(job_list=job_list), lambda job_list: job_list\n",
        {"run_all": "runAll", "job_list": "jobList", "stop_at": "stopAt"},
        "job_list = []\n\n\ndef helper(job_list):\n    return job_list\n\n\ndef runAll(jobList, stopAt=job_list):\n"
        "    def inner():\n        return jobList, stopAt\n"
        "    return helper(job_list=jobList), lambda job_list: job_list\n",
    ),
    # recursion with keywords, f-strings, comments, __all__
    (
        "def count_down(start_at):\n    '''Doc.'''\n",
        '__all__ = ["count_down"]\n\n\ndef count_down(start_at):\n    # start_at goes down\n'
        '    return f"{start_at} start_at" if start_at else count_down(start_at=start_at - 1)\n',
        {"count_down": "countDown", "start_at": "startAt"},
        '__all__ = ["countDown"]\n\n\ndef countDown(startAt):\n    # startAt goes down\n'
        '    return f"{startAt} start_at" if startAt else countDown(startAt=startAt - 1)\n',
    ),
]


@pytest.mark.parametrize(("prompt", "reference", "names", "expected"), SCOPES)
def test_scopes_decide_not_spelling(prompt: str, reference: str, names: dict[str, str], expected: str) -> None:
    task = make(prompt, reference)
    assert new_names(task, "camelCase") == names
    assert camel(task).reference == expected


def test_members_of_known_foreign_objects_stay() -> None:
    prompt = '''
        import threading


        class Store:
            """`get_it(the_key)`, `acquire()` and `pop_item()`."""

            def __init__(self):
                """Empty."""
        '''
    reference = """
        import threading


        class Store:
            def __init__(self):
                self._lock = threading.Lock()
                self._data: dict = {}

            def get_it(self, the_key):
                return self._data.get(the_key)

            def acquire(self):
                self._lock.acquire()
                return self

            def pop_item(self):
                return self._data.popitem()
        """
    tests = """
        import solution


        def test_all():
            store = solution.Store()
            assert store.acquire().get_it(the_key=1) is None
        """
    task = make(prompt, reference, tests)
    renamed = rename_task(task, "abbreviated")
    assert "self._lock.acquire()" in renamed.reference
    assert "def acq(self)" in renamed.reference
    assert "self._data.popitem()" in renamed.reference
    assert "solution.Str()" in renamed.tests_source
    assert ".acq().gtIt(thKy=1)" in renamed.tests_source
    passes(renamed)


def test_overriding_a_base_from_the_library_fixes_the_name() -> None:
    prompt = '''
        import json
        from collections import OrderedDict


        class DateEncoder(json.JSONEncoder):
            """Encodes dates."""

            def default(self, o):
                """The text of a date."""


        class SmallCache(OrderedDict):
            """Keeps the last ones."""

            def move_to_end(self, key, last=True):
                """As the base does."""

            def keep_last(self, how_many):
                """Drop the others."""
        '''
    names = new_names(make(prompt), "abbreviated")
    assert "default" not in names and "move_to_end" not in names and "o" not in names
    assert names["keep_last"] == "kpLst"


def test_kept_names_stay() -> None:
    task = make("def a_b(c_d, e_f):\n    '''`c_d`'''\n", keep=("c_d",))
    assert camel(task).prompt == "def aB(c_d, eF):\n    '''`c_d`'''\n"


def test_constants_and_special_names_stay_and_private_ones_stay_private() -> None:
    prompt = """
        MAX_SIZE = 3


        def a_b(_c_d, *the_args, **the_rest):
            '''Doc.'''


        class Box:
            TOP_SIDE = 1

            def __init__(self, max_weight, _):
                self._max_weight = max_weight
                self.__own_weight = 0

            def __len__(self):
                '''Doc.'''
        """
    assert new_names(make(prompt), "camelCase") == {
        "a_b": "aB",
        "_c_d": "_cD",
        "the_args": "theArgs",
        "the_rest": "theRest",
        "max_weight": "maxWeight",
        "_max_weight": "_maxWeight",
    }
    assert new_names(make(prompt), "opaque")["_max_weight"] == "_v2"
    assert new_names(make(prompt), "misleading")["_max_weight"] == "_c_d"


def test_the_rest_of_the_task_goes_along() -> None:
    task = make("def a_b(c_d):\n    '''Doc.'''\n", "def a_b(c_d):\n    return c_d\n")
    wrong = KnownWrong("w", "def a_b(c_d):\n    return -c_d\n", (), "c_d is negated")
    requirement = Requirement("r", "The value of c_d is returned by a_b.", "stated")
    renamed = camel(replace(task, known_wrong=(wrong,), requirements=(requirement,)))
    assert renamed.entry_point == "aB"
    assert renamed.known_wrong[0].source == "def aB(cD):\n    return -cD\n"
    assert renamed.requirements[0].text == "The value of cD is returned by aB."
    assert (renamed.id, renamed.tests) == (task.id, task.tests)


def test_snake_case_leaves_a_snake_case_task_alone() -> None:
    task = make(POOL, POOL_REFERENCE, POOL_TESTS)
    assert rename_task(task, "snake_case") is task


def test_a_source_that_cannot_be_read_is_named() -> None:
    task = replace(make("def a_b():\n    '''Doc.'''\n"), tests_source="def test(:\n")
    with pytest.raises(TaskError, match=r"^s/t: cannot be renamed: "):
        camel(task)


STARTER = load_suite("starter").tasks
IDS = [task.id for task in STARTER]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("task", [*STARTER, make(POOL, POOL_REFERENCE, POOL_TESTS)], ids=[*IDS, "pool"])
def test_renaming_a_task_back_gives_the_task_back(task: Task, style: str) -> None:
    assert_goes_back(task, style)


def holds(task: Task, style: str) -> None:
    """The reference passes, and each known-wrong fails what it should; no old name is left in the prompt."""
    renamed = rename_task(task, style)
    assert check_task(renamed, TrustedSandbox()) == ()
    left = set(new_names(task, style)) & set(re.findall(r"\w+", renamed.prompt))
    assert style == "misleading" or left == set()


@pytest.mark.parametrize("style", STYLES)
def test_a_third_of_the_starter_tasks_holds_in_every_style(style: str) -> None:
    for task in STARTER[STYLES.index(style) % 3 :: 3]:
        holds(task, style)


@pytest.mark.slow
@pytest.mark.parametrize("style", STYLES)
def test_all_starter_tasks_hold_in_every_style(style: str) -> None:
    for task in STARTER:
        holds(task, style)
