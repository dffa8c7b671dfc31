"""Tests in one process, the solution in another: what an ordinary pytest file may count on."""

import re

import pytest

from evalkit.types import Status


def passes(judge, solution, tests, **limits):
    outcomes = judge(solution, tests, **limits)
    assert {name: outcome.status for name, outcome in outcomes.items()} == dict.fromkeys(outcomes, Status.PASSED), (
        outcomes
    )


def one(judge, solution, body, before="", **limits):
    """The outcome of a single test with that body."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    tests = f"import pytest\nimport solution\nfrom solution import f\n{before}\n\ndef test_it():\n{lines}"
    return judge(solution, tests, "test_it", **limits)["test_it"]


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


READS = [
    "thing.__globals__", "thing.__closure__", "thing.__code__", "thing.__dict__", "thing.__class__.__init__",
    "thing._private", "thing.__self__", "thing.__func__", "thing.__wrapped__", "thing.gi_frame", "thing.cr_frame",
    "thing.f_back", "thing.tb_frame", "thing.func_globals", "thing.co_consts", "thing.module", "thing.args",
    "thing.keywords", "thing.module.name", "getattr(thing, '__glo' + 'bals__')", "vars(thing)['secret']",
    "'{0.__globals__}'.format(thing)", "thing.sub.__globals__", "thing.method.__func__",
]  # fmt: skip


@pytest.mark.parametrize("read", READS)
def test_private_names_of_the_tests_objects_are_refused(judge, read):
    solution = f"""
def f(*things):
    gained = []
    for thing in things:
        try: gained.append(str({read}))
        except (AttributeError, TypeError, KeyError): pass
    return [text for text in gained if "s3cret" in text]
"""
    before = """
import functools, sys, types
SECRET = "s3cret"
def closure():
    inner = "s3cret"
    def function(): return inner
    return function
def generator(): yield SECRET
async def coroutine(): return SECRET
class Fake:
    module = sys
    secret = 0
    def __init__(self): self._private = SECRET; self.sub = closure()
    def method(self): return SECRET
try: raise ValueError
except ValueError as error: TRACE = error
"""
    body = """routine = coroutine()
assert f(closure(), generator(), routine, Fake(), Fake().method, Fake, functools.partial(closure, SECRET, a=SECRET),
         functools.wraps(closure)(lambda: 0), TRACE, TRACE.__traceback__, sys, closure.__code__, vars(Fake)) == []
routine.close()"""
    outcome = one(judge, solution, body, before=before)
    assert outcome.status is Status.PASSED, outcome


SPEAKS = '''
import os, sys
from frames import read_frame, write_frame
from wire import Decoder, Encoder
def f(callback):
    """Speak the protocol directly, as a solution can that does not use the stand-ins it was given."""
    def ask(*message):
        write_frame(3, Encoder(lambda thing: thing.form).encode(("call", 999, PARENT, *message)))
        return Decoder(read_frame(3), lambda plain: plain).decode()
    class Home:
        def __init__(self, number): self.form = ("home", number)
    class Shared:
        def __init__(self, *name): self.form = ("shared", *name)
    return str(eval(QUESTION)[:2])
PARENT = 3
'''


@pytest.mark.parametrize(
    "question",
    ["ask('get', '{0.__globals__}', 'format')", "ask('special', '%s', '__mod__', (1,))",
     "ask('invoke', Shared('builtins', 'list'), ('ab',), {})", "ask('get', Shared('builtins', 'str'), 'format')",
     "ask('get', [1], 'append')", "ask('get', Shared('builtins', 'ValueError'), 'mro')",
     "ask('special', Home(0), '__getattribute__', ('__globals__',))", "ask('special', Home(0), '__reduce__', ())",
     "ask('load', 'x = 1')", "ask('eval', '1')", "ask('delete', Home(0), '__code__')"],
)  # fmt: skip
def test_only_objects_that_were_handed_over_can_be_asked(judge, question):
    solution = SPEAKS.replace("QUESTION", repr(question))
    outcome = one(judge, solution, "assert f(lambda: 's3cret').startswith(\"('raised'\")")
    assert outcome.status is Status.PASSED, outcome


def test_methods_of_the_tests_objects_cannot_be_replaced(judge):
    solution = """
def f(fake, kind):
    refused = 0
    for act in (lambda: setattr(fake, "check", len), lambda: setattr(kind, "check", len),
                lambda: delattr(kind, "check"), lambda: setattr(kind, "new", 1),
                lambda: setattr(fake.check, "x", 1), lambda: setattr(fake, "_hidden", 1)):
        try: act()
        except AttributeError: refused += 1
    return refused
"""
    before = "class Fake:\n    def check(self): return 'original'\n"
    outcome = one(judge, solution, "fake = Fake()\nassert f(fake, Fake) == 6 and fake.check() == 'original'", before)
    assert outcome.status is Status.PASSED, outcome


@pytest.mark.parametrize(
    "reader", ["getattr", "vars", "eval", "str.format", "open", "operator.attrgetter('__globals__')"]
)
def test_a_function_that_reads_anything_reads_nothing_for_the_solution(judge, reader):
    solution = """
def f(reader, thing):
    name = "__globals__"
    for arguments in ((thing, name), (thing,), ("SECRET",), ("{0.__globals__}", thing), ("/proc/self/environ",)):
        try: answer = str(reader(*arguments))
        except Exception: continue
        if "s3cret" in answer: return answer
    return ""
"""
    outcome = one(judge, solution, f"assert f({reader}, lambda: 0) == ''", "import operator\nSECRET = 's3cret'\n")
    assert outcome.status is Status.PASSED, outcome


ENDS = {
    "failed": ("return 1", Status.FAILED, r"assert 1 == 2\n"),
    "error": ("raise KeyError('x')", Status.ERROR, "raised KeyError: 'x'"),
    "cpu": ("while True: pass", Status.TIMEOUT, "not over after 1 s of processor time or 2 s"),
    "wall": ("import time; time.sleep(60)", Status.TIMEOUT, "not over after 1 s of processor time or 2 s"),
    "memory": ("x = [bytes(2**24) for _ in range(10**4)]", Status.OUT_OF_MEMORY, "memory|MemoryError"),
    "output": ("print('x' * 10**7)", Status.OUTPUT_LIMIT, "printed more than 1048576 bytes"),
    "errors": ("import sys; sys.stderr.write('x' * 10**7)", Status.OUTPUT_LIMIT, "printed more than 1048576 bytes"),
    "signal": ("import os; os.kill(os.getpid(), 11)", Status.CRASHED, "killed by SIGSEGV"),
    "abort": ("import os; os.abort()", Status.CRASHED, "killed by SIGABRT"),
    "exit": ("import os; os._exit(3)", Status.ERROR, "ended its process with exit code 3 before the test was over"),
    "sysexit": ("import sys; sys.exit(0)", Status.ERROR, "raised SystemExit: 0"),
    "closes": ("import os, time; os.close(3); time.sleep(9)", Status.ERROR, "closed its connection|exit code 0"),
    "garbage": ("import os; os.write(3, b'\\x05\\0\\0\\0hello')", Status.ERROR, "gave a value that cannot be judged: "),
    "claim": ("import os; os.write(3, b'\\xff\\xff\\xff\\xff')", Status.ERROR, "frame of 4294967295 bytes is over"),
    "unasked": ("from wire import Encoder\n    from frames import write_frame\n"
                "    write_frame(3, Encoder(None).encode(('done', 77, 2, None)))", Status.ERROR, "answers nothing"),
    "deep": ("x = []\n    for _ in range(999): x = [x]\n    return x", Status.ERROR, "too deep or too large to cross"),
}  # fmt: skip


@pytest.mark.parametrize("name", ENDS)
def test_each_way_to_end_has_its_status(judge, name):
    body, status, message = ENDS[name]
    outcome = one(judge, f"def f():\n    {body}\n", "assert f() == 2", cpu_seconds=1, wall_seconds=2)
    assert outcome.status is status and re.search(message, outcome.message), outcome


@pytest.mark.parametrize("name", ["garbage", "claim", "unasked", "deep"])
@pytest.mark.parametrize("expected", ["ValueError", "Exception", "BaseException"])
def test_a_value_that_cannot_be_judged_is_never_the_expected_exception(judge, name, expected):
    outcome = one(judge, f"def f():\n    {ENDS[name][0]}\n", f"with pytest.raises({expected}):\n    f()")
    assert outcome.status is Status.ERROR, outcome


def test_an_exception_that_did_not_come_is_a_failure(judge):
    outcome = one(judge, "def f():\n    return 1\n", "with pytest.raises(ValueError):\n    f()")
    assert (outcome.status, outcome.message) == (Status.FAILED, "DID NOT RAISE ValueError")


def test_a_missing_entry_point_is_named(judge):
    outcome = one(judge, "def g():\n    return 1\n", "assert f() == 1")
    assert (outcome.status, outcome.message) == (Status.ERROR, "the solution does not define f")


def test_messages_are_free_of_memory_addresses(judge):
    solution = "def f():\n    raise ValueError(repr(object()))\n"
    assert one(judge, solution, "f()").message == "raised ValueError: <object object at 0x…>"


def test_messages_are_short(judge):
    assert len(one(judge, "def f():\n    raise ValueError('x' * 10**6)\n", "f()").message) <= 600
    assert len(one(judge, "def f():\n    return 'x' * 10**6\n", "assert f() == ''").message) <= 600


@pytest.mark.parametrize(
    "tests",
    ["def test_it():\n    pytest.skip('no')\n",
     "def test_other():\n    pass\n", "test_it = 3\n", "test_it = None\n", "async def test_it():\n    pass\n",
     "def test_it():\n    yield\n", "pytest.skip('all of it', allow_module_level=True)\ndef test_it():\n    pass\n",
     "def test_it():\n    raise SystemExit(0)\n", "raise SystemExit(0)\ndef test_it():\n    pass\n",
     "def test_it():\n    raise pytest.exit('out')\n", "import nothing_of_the_kind\ndef test_it():\n    pass\n"],
)  # fmt: skip
def test_what_did_not_run_to_its_end_never_passes(judge, tests):
    outcome = judge("def f():\n    return 1\n", f"import pytest\nfrom solution import f\n{tests}", "test_it")["test_it"]
    assert outcome.status is Status.ERROR, outcome


def test_each_test_gets_a_fresh_candidate(judge):
    passes(
        judge,
        "count = 0\ndef f(seen=[]):\n    seen.append(1)\n    return len(seen)\n",
        """
import solution
from solution import f
TABLE = []
def test_first():
    TABLE.append(1)
    assert f() == 1 and f() == 2 and len(TABLE) == 1
    solution.count = 5
def test_second():
    TABLE.append(1)
    assert f() == 1 and len(TABLE) == 1 and solution.count == 0
""",
    )


@pytest.mark.parametrize("planned", [("test_a", "test_b", "test_c"), ("test_c", "test_a"), ("test_b", "test_b")])
def test_each_planned_test_is_answered_once_and_in_order(unisolated, planned):
    from evalkit.types import Job, Limits

    tests = """
from solution import f
def test_a(): assert f() == 1
def test_b(): assert f() == 2
def test_c(): f.x
"""
    statuses = {"test_a": Status.PASSED, "test_b": Status.FAILED, "test_c": Status.ERROR}
    outcomes = unisolated.judge(Job("def f():\n    return 1\n", "f", tests, planned, Limits()))
    assert [(outcome.test, outcome.status) for outcome in outcomes] == [(name, statuses[name]) for name in planned]


@pytest.mark.slow
def test_a_judge_that_gets_stuck_costs_one_test(judge):
    """A set of numbers with one hash keeps the judge busy for minutes, inside one step of its interpreter."""
    outcomes = judge(
        "def f(count):\n    return [n * (2**61 - 1) for n in range(count)]\n",
        """
from solution import f
def test_before():
    assert len(set(f(200))) == 200
def test_stuck():
    assert len(set(f(10**5))) == 10**5
def test_after():
    assert len(set(f(200))) == 200
""",
        wall_seconds=1,
    )
    assert [outcome.status for outcome in outcomes.values()] == [Status.PASSED, Status.TIMEOUT, Status.PASSED]


def test_a_judge_that_dies_costs_one_test(judge):
    outcomes = judge(
        "def f(size):\n    return 1\n",
        """
import os
from solution import f
def test_before():
    assert f(1) == 1
def test_dies():
    os._exit(0)
def test_after():
    assert f(1) == 1
""",
    )
    assert [outcome.status for outcome in outcomes.values()] == [Status.PASSED, Status.ERROR, Status.PASSED]


def test_an_object_of_the_solution_does_not_say_how_it_stands_to_plain_data(judge):
    solution = """
class f:
    def __sub__(self, other): return self
    def __abs__(self): return self
    def _yes(self, other): return True
    __lt__ = __le__ = __gt__ = __ge__ = _yes
    def __rsub__(self, other): return 0.0
    def __xor__(self, other): return set()
    def __round__(self, digits=0): return self
"""
    checks = ["abs(f() - 4.0) < 1e-6", "abs(4.0 - f()) < 1e-6", "3 < f() < 5", "f() <= {1}", "not f() ^ {1}",
              "round(f(), 2) == 4.0", "f() == 4.0", "f() in (4.0,)", "math.isclose(f(), 4.0)",
              "f() == pytest.approx(4)", "abs(f() - timedelta(1)) < timedelta(1)"]  # fmt: skip
    for check in checks:
        before = "import math\nfrom datetime import timedelta\n"
        assert one(judge, solution, f"assert {check}", before).status in (Status.ERROR, Status.FAILED), check


@pytest.mark.parametrize(
    "check", ["all(map(f, [1, 2]))", "list(map(f, [1])) == []", "max(map(f, [1]), default=0) == 0"]
)
def test_stop_iteration_does_not_end_the_loop_of_the_test(judge, check):
    outcome = one(judge, "def f(n):\n    raise StopIteration\n", f"assert {check}")
    assert (outcome.status, outcome.message) == (
        Status.ERROR,
        "RuntimeError: raised StopIteration outside of an iterator",
    )


def test_what_cannot_be_shown_does_not_break_the_judge(judge):
    solution = "class f:\n    def __repr__(self):\n        raise SystemExit\n    __str__ = __repr__\n"
    assert one(judge, solution, "{}[f()]").status is Status.ERROR
    assert one(judge, solution, "assert f() is None").status is Status.ERROR
    assert one(judge, solution, "assert False, f()").status in (Status.FAILED, Status.ERROR)
    assert one(judge, solution, "raise ValueError(f())").status is Status.ERROR
    assert (
        one(judge, solution.replace("raise SystemExit", "return 'x' * 10**6"), "assert f() is None").status
        is Status.FAILED
    )


def test_solutions_may_import_numpy(judge):
    outcome = one(judge, "import numpy\n\ndef f():\n    return float(numpy.mean([1, 2]))\n", "assert f() == 1.5")
    assert outcome.status is Status.PASSED, outcome
