"""Each way a test can end has its status, and every planned test is answered once."""

import re
import threading

import pytest
from judging import one, passes

from evalkit.types import Status

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


@pytest.mark.parametrize(
    ("imported", "used", "status"),
    [
        ("urllib", "urllib.parse.quote('a b')", Status.ERROR),
        ("urllib.parse", "urllib.parse.quote('a b')", Status.PASSED),
        ("importlib", "importlib.machinery.SOURCE_SUFFIXES and 'a%20b'", Status.ERROR),
        ("importlib.util", "importlib.util.find_spec('json') and 'a%20b'", Status.PASSED),
        ("xml", "xml.dom.minidom and 'a%20b'", Status.ERROR),
    ],
)
def test_a_submodule_is_there_only_when_the_solution_imports_it(judge, imported, used, status):
    """As in any fresh Python: what the sandbox itself has loaded must not help."""
    tests = "from solution import f\ndef test_it():\n    assert f() == 'a%20b'\n"
    assert judge(f"import {imported}\ndef f():\n    return {used}\n", tests)["test_it"].status == status


def test_what_else_the_user_runs_does_not_count_against_the_solution(judge):
    """In no namespace of its own the kernel counts it: a solution that forks would fail beside a busy desktop."""
    done = threading.Event()
    others = [threading.Thread(target=done.wait) for _ in range(70)]
    for each in others:
        each.start()
    try:
        limit = "import resource\ndef f():\n    return resource.getrlimit(resource.RLIMIT_NPROC)[0]\n"
        tests = "from solution import f\n\ndef test_room():\n    assert f() >= 64 + 70\n"
        forks = "import os\ndef f():\n    if os.fork() == 0:\n        os._exit(0)\n    return os.wait()[1]\n"
        assert judge(limit, tests)["test_room"].status is Status.PASSED
        answered = "from solution import f\n\ndef test_forks():\n    assert f() == 0\n"
        assert judge(forks, answered)["test_forks"].status is Status.PASSED
    finally:
        done.set()
        for each in others:
            each.join()
