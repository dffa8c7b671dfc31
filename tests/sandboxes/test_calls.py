"""Tests in one process, the solution in another: what an ordinary pytest file may count on."""

import pytest
from judging import one, passes

from evalkit.types import Status


def test_functions_take_and_give_plain_data(judge):
    passes(
        judge,
        "def f(*a, **k):\n    return a, k\n",
        """
from solution import f
def test_arguments():
    assert f(1, "x", [2.5], key={"a": None}) == ((1, "x", [2.5]), {"key": {"a": None}})
def test_number_semantics_are_those_of_the_test():
    assert f(2.0)[0][0] == 2 and f(True)[0][0] == 1
def test_identity_of_what_is_sent_twice():
    row = [1]
    (first, second), _ = f(row, row)
    assert first is second
def test_the_module_itself_can_be_imported():
    import solution
    assert solution.f(3) == ((3,), {})
""",
    )


CLASSES = '''
class f:
    """A stack."""
    limit = 3
    def __init__(self, *items): self.items = list(items); self.touched = 0
    def push(self, item): self.items.append(item); return self
    @property
    def top(self): return self.items[-1]
    def __len__(self): return len(self.items)
    def __contains__(self, item): return item in self.items
    def __getitem__(self, at): return self.items[at]
    def __setitem__(self, at, item): self.items[at] = item
    def __iter__(self): return iter(self.items)
    def __add__(self, other): return f(*self.items, *other.items)
    def __lt__(self, other): return len(self.items) < len(other.items)
    def __bool__(self): return bool(self.items)
    def __repr__(self): return f"stack of {len(self.items)}"
    def __call__(self, n): return n + 1
    def __float__(self): return 1.5
    def __eq__(self, other): return True
    __hash__ = None
    @classmethod
    def of(cls, n): return cls(*range(n))
class Sub(f):
    pass
def plain_object(): return object()
'''


def test_classes_work_through_handles(judge):
    passes(
        judge,
        CLASSES,
        """
from solution import f, Sub, plain_object
def test_methods_properties_and_class_attributes():
    stack = f(1)
    assert stack.push(2) is stack and stack.top == 2 and f.limit == 3 and f.of(3).items == [0, 1, 2]
def test_special_methods():
    stack = f(1, 2)
    stack[0] = 9
    assert len(stack) == 2 and 2 in stack and 5 not in stack and list(stack) == [9, 2] and stack[1] == 2
    assert len(stack + f(3)) == 3 and f() < stack and not f() and str(stack) == "stack of 2" and stack(4) == 5
    assert float(stack) == 1.5 and sorted([stack, f()])[1] is stack
def test_attributes_can_be_set_and_deleted():
    stack = f()
    stack.touched = [1]
    assert stack.touched == [1]
    del stack.touched
    assert not hasattr(stack, "touched")
def test_isinstance():
    assert isinstance(f(), f) and isinstance(Sub(), f) and not isinstance(f(), Sub)
    assert not isinstance(3, f) and not isinstance(f(), (int, list))
def test_equality_is_identity_whatever_the_class_says():
    stack = f()
    assert stack == stack and stack != f() and stack != 3 and {stack: 1}[stack] == 1
    assert plain_object() != plain_object()
""",
    )


def test_a_special_method_that_the_class_lacks_is_missing(judge):
    outcome = one(judge, "class f:\n    pass\n", "len(f())")
    assert (outcome.status, outcome.message) == (Status.ERROR, "TypeError: object of type 'f' has no len()")


def test_objects_of_the_test_are_called_back(judge):
    passes(
        judge,
        """
class f:
    def __init__(self, clock, log): self.clock, self.log = clock, log
    def stamp(self, text): self.log.write(self.clock(), text=text); return self.log
    def order(self, items, key): return sorted(items, key=key)
    def same(self, a, b): return a is b
    def each(self, items): return [item for item in items]
    def within(self, lock):
        with lock as inside: return inside
    def rename(self, thing): thing.name = "new"; return thing.name
""",
        """
from unittest.mock import Mock
from solution import f
class Log:
    def __init__(self): self.lines = []; self.name = "old"
    def write(self, at, *, text): self.lines.append((at, text))
    def __enter__(self): return self
    def __exit__(self, *error): self.lines.append(error)
def test_callables_and_methods():
    log = Log()
    assert f(lambda: 7, log).stamp("hello") is log and log.lines == [(7, "hello")]
def test_functions_as_keys():
    sorter = f(0, 0)
    assert sorter.order([3, -1, 2], key=lambda n: -n) == [3, 2, -1] and sorter.order("bA", key=str.lower) == ["A", "b"]
def test_identity_over_there():
    log = Log()
    assert f(0, 0).same(log, log) and not f(0, 0).same(log, Log())
def test_generators_are_consumed_there():
    assert f(0, 0).each(n * n for n in range(4)) == [0, 1, 4, 9]
def test_context_managers():
    log = Log()
    assert f(0, 0).within(log) is log and log.lines == [(None, None, None)]
def test_public_attributes_can_be_set():
    log = Log()
    assert f(0, 0).rename(log) == "new" and log.name == "new"
def test_mocks():
    connection = Mock()
    connection.fetch.return_value = {"a": 1}
    assert f(connection.fetch, connection).stamp("x") is connection
    connection.write.assert_called_once_with({"a": 1}, text="x")
""",
    )


def test_arguments_changed_in_place_are_changed_in_the_test(judge):
    passes(
        judge,
        """
def f(a, b=None):
    if isinstance(a, list): a[:1] = ["new", "er"]; a[-1]["k"] = a[-1]["k"] + [2]
    elif isinstance(a, dict): a["n"] = a.pop("o"); a["s"].add(3)
    elif isinstance(a, set): a.clear()
    elif isinstance(a, bytearray): a.extend(b"!")
    if b is not None: b.append(1)
def pairs(p): p[0].append(1)
def nothing(a): return list(a)
""",
        """
from solution import f, pairs, nothing
def test_lists_and_what_is_in_them():
    inner = {"k": [1]}
    outer = ["old", inner]
    f(outer)
    assert outer == ["new", "er", {"k": [1, 2]}]
def test_identity_of_what_stays():
    kept = {"k": [1]}
    outer = [0, kept, kept]
    nothing(outer)
    assert outer[1] is kept and outer[2] is kept
def test_dicts_sets_and_bytearrays():
    table, members, body = {"o": 1, "s": {1}}, {1}, bytearray(b"x")
    s = table["s"]
    f(table), f(members), f(body)
    assert table == {"n": 1, "s": {1, 3}} and table["s"] is s and members == set() and body == b"x!"
def test_named_arguments_and_tuples():
    named, pair = [], ([],)
    f(0, b=named)
    pairs(pair)
    assert named == [1] and pair == ([1],)
""",
    )


def test_exceptions_cross_in_both_directions(judge):
    passes(
        judge,
        """
import json
class Base(Exception):
    def __init__(self, message, code): super().__init__(message); self.code = code
class Derived(Base, KeyError):
    def __str__(self): return "shown text"
def f(what, call=None):
    if what == "value": raise ValueError("bad value")
    if what == "own": raise Derived("x", 7)
    if what == "os": raise FileNotFoundError(2, "no such", "a.txt")
    if what == "json": json.loads("{")
    if what == "through": call()
    if what == "cause":
        try: call()
        except Exception as error: return type(error).__name__, str(error), isinstance(error, ValueError)
    if what == "unicode": b"\\xff".decode()
    if what == "group": raise ExceptionGroup("several", [ValueError(1)])
""",
        """
import json
import pytest
from solution import f, Base, Derived
class Boom(ValueError):
    pass
def fails(): raise Boom("from the test")
def test_built_in():
    with pytest.raises(ValueError, match="^bad value$") as info: f("value")
    assert type(info.value).__name__ == "ValueError" and info.value.args == ("bad value",)
def test_classes_of_the_solution():
    with pytest.raises(Derived, match="shown text") as info: f("own")
    assert info.value.code == 7 and isinstance(info.value, Base) and isinstance(info.value, KeyError)
    assert issubclass(Derived, Base) and issubclass(Base, Exception) and not issubclass(Base, KeyError)
def test_attributes_of_built_in_types():
    with pytest.raises(FileNotFoundError) as info: f("os")
    assert info.value.errno == 2 and info.value.filename == "a.txt"
def test_classes_of_the_standard_library():
    with pytest.raises(json.JSONDecodeError) as info: f("json")
    assert info.value.lineno == 1
    with pytest.raises(UnicodeDecodeError): f("unicode")
    with pytest.raises(ExceptionGroup, match="several"): f("group")
def test_the_same_object_comes_home():
    boom = Boom("mine")
    def call(): raise boom
    with pytest.raises(Boom) as info: f("through", call)
    assert info.value is boom
def test_what_the_solution_sees():
    assert f("cause", fails) == ("Boom", "from the test", True)
""",
    )


def test_an_exception_that_the_test_does_not_expect_is_an_error(judge):
    solution = "def f(n):\n    return 1 / n\n"
    assert one(judge, solution, "assert f(0) == 1").message == "raised ZeroDivisionError: division by zero"
    outcome = one(judge, "def f():\n    raise AssertionError('my own')\n", "f()")
    assert (outcome.status, outcome.message) == (Status.ERROR, "raised AssertionError: my own")


def test_context_managers_of_the_solution(judge):
    passes(
        judge,
        """
from contextlib import contextmanager
@contextmanager
def f(log):
    log.append("in")
    try: yield {"k": log}
    except KeyError: log.append("swallowed")
    finally: log.append("out")
class Box:
    def __init__(self, log): self.log = log
    def __enter__(self): return self
    def __exit__(self, kind, error, trace): self.log(str(error)); return False
""",
        """
import pytest
from solution import f, Box
def test_enter_and_exit():
    log = []
    with f(log) as inside:
        assert inside["k"] == ["in"]
def test_an_exception_raised_on_purpose_can_be_swallowed():
    with f([]):
        raise KeyError("x")
def test_others_go_on():
    with pytest.raises(ValueError, match="y"), f([]):
        raise ValueError("y")
def test_the_manager_sees_the_exception():
    seen = []
    with pytest.raises(ValueError), Box(seen.append):
        raise ValueError("z")
    assert seen == ["z"]
""",
    )


@pytest.mark.parametrize(
    "body, status",
    [("assert item == 2", Status.FAILED), ("assert {}[item]", Status.ERROR), ("item.nothing", Status.ERROR),
     ("int('x')", Status.ERROR), ("solution.fail()", Status.ERROR), ("pytest.fail('no')", Status.FAILED)],
)  # fmt: skip
def test_a_context_manager_cannot_swallow_a_check(judge, body, status):
    solution = """
class f:
    def __enter__(self): return 1
    def __exit__(self, *error): return True
def fail(): raise ValueError
"""
    assert one(judge, solution, f"with f() as item:\n    {body}").status is status
    later = f"async def use():\n    async with solution.g() as item:\n        {body}\nasyncio.run(use())"
    solution += """
class g:
    async def __aenter__(self): return 1
    async def __aexit__(self, *error): return True
"""
    assert one(judge, solution, later, before="import asyncio").status is status


def test_generators_are_iterated_step_by_step(judge):
    passes(
        judge,
        """
made = []
def f(n):
    for i in range(n):
        made.append(i)
        yield i
def count(): return len(made)
""",
        """
import itertools
from solution import f, count
def test_lazily():
    numbers = f(10**12)
    assert list(itertools.islice(numbers, 3)) == [0, 1, 2] and count() == 3 and next(numbers) == 3
def test_to_the_end():
    assert list(f(3)) == [0, 1, 2] and sum(f(100)) == 4950 and list(zip(f(2), "ab")) == [(0, "a"), (1, "b")]
""",
    )


def test_threads_of_the_solution_call_back(judge):
    passes(
        judge,
        """
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
def f(call, n):
    with ThreadPoolExecutor(n) as pool:
        return list(pool.map(call, range(n)))
class Cache:
    def __init__(self): self.lock, self.items = Lock(), {}
    def get(self, key, load):
        with self.lock:
            if key not in self.items: self.items[key] = load(key)
            return self.items[key]
""",
        """
import threading, time
from solution import Cache, f
def test_results_come_to_their_own_thread():
    assert f(lambda n: n * n, 8) == [n * n for n in range(8)]
def test_threads_of_the_test_call_too():
    results = {}
    threads = [threading.Thread(target=lambda n=n: results.update({n: f(lambda m: m + n, 2)})) for n in range(4)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    assert results == {n: [n, n + 1] for n in range(4)}
def test_locks_of_the_solution_hold_back_other_threads_of_the_test():
    cache, loads = Cache(), []
    def load(key):
        loads.append(key)
        time.sleep(0.05)
        return key * 2
    threads = [threading.Thread(target=cache.get, args=("k", load)) for _ in range(4)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    assert loads == ["k"] and cache.get("k", None) == "kk"
""",
    )


def test_solutions_may_import_numpy(judge):
    outcome = one(judge, "import numpy\n\ndef f():\n    return float(numpy.mean([1, 2]))\n", "assert f() == 1.5")
    assert outcome.status is Status.PASSED, outcome


def test_an_entry_point_may_have_a_private_name(judge):
    passes(
        judge,
        "def _sum(a):\n    return sum(a)\n",
        """
from solution import _sum
def test_it():
    assert _sum([1, 2]) == 3
def test_other_names_of_the_machinery_stay_out_of_reach():
    import solution
    import pytest
    with pytest.raises(AttributeError):
        solution.__builtins__
""",
    )
