"""Renaming whole tasks: everything that is meant changes, and nothing else does."""

import re
import textwrap
from dataclasses import replace

import pytest
from made_tasks import camel, make, passes
from renamed_back import assert_goes_back
from trusted_sandbox import TrustedSandbox

from evalkit import registry
from evalkit.errors import TaskError
from evalkit.identifiers import new_names, rename_task
from evalkit.suites import load_suite
from evalkit.suites.check import check_task
from evalkit.types import KnownWrong, Requirement, Task

STYLES = registry.names("identifier style")


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
