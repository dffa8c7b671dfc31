"""One judge may take several jobs, and none of them can tell."""

import ast

import pytest

from evalkit.types import Status


def reusable(source: str) -> bool:
    from reuse import leaves_nothing_behind

    return leaves_nothing_behind(ast.parse(source))


@pytest.mark.parametrize(
    "source",
    [
        "def check(candidate):\n    assert candidate(1) == 2\n",
        "import math\nfrom typing import List\ndef check(c):\n    x = [1]\n    x[0] = math.pi\n",
        "import pytest\nfrom solution import f\ndef test_a():\n    with pytest.raises(ValueError): f(1)\n",
        "import solution\nclass Clock:\n    def __init__(self): self.now = 0\ndef test_a(): Clock().now = 3\n",
    ],
)
def test_tests_that_change_nothing_outside(source):
    assert reusable(source)


@pytest.mark.parametrize(
    "source",
    [
        "import random\nrandom.seed(1)\n",
        "import os\n",
        "import threading\n",
        "from . import other\n",
        "import math\nmath.pi = 3\n",
        "import json as j\nj.dumps.cache = 3\n",
        "import pytest as p\ndel p.raises\n",
        "from collections import OrderedDict\nOrderedDict.__init__ = None\n",
        "import math\nsetattr(math, 'pi', 3)\n",
        "__builtins__['len'] = None\n",
        "import pytest\npytest.MonkeyPatch().setattr('math.pi', 3)\n",
        "import re\nre.sys.modules.clear()\n",
        "exec('import os')\n",
        "def test_a():\n    import decimal\n    decimal.getcontext().prec = 3\n",
    ],
)
def test_tests_that_may_change_what_the_next_ones_find(source):
    assert not reusable(source)


KEEPS = """
from solution import f
keep = []
def test_a():
    keep.append(f()); keep.append(keep)
    assert keep[0].close() == 1
"""
LOOKS = """
import solution
def test_b():
    assert not hasattr(solution, "f")
    assert solution.g(1) == 1
    try:
        keep
    except NameError:
        return
    assert False, "a name of the last tests is still there"
"""
# The cache of `re` is no state that a verdict could depend on, but it shows which process has run a test.
MARKS = "import re\nfrom solution import f\ndef test_a():\n    re.compile('by the first job')\n    assert f() == 1\n"
ASKS = """
import re
from solution import f
def test_b():
    assert not [key for key in re._cache if "by the first job" in key], f()
"""
GOOD = "def f():\n    return 1\n"


def test_a_job_finds_nothing_of_the_last_one(judge):
    assert reusable(KEEPS) and reusable(LOOKS)
    for _ in range(3):
        assert judge("class f:\n    def close(self): return 1\n", KEEPS)["test_a"].status == Status.PASSED
        outcome = judge("def g(x):\n    return x\n", LOOKS)["test_b"]
        assert outcome.status == Status.PASSED, outcome


def test_a_judge_takes_another_job(judge):
    assert judge(GOOD, MARKS)["test_a"].status == Status.PASSED
    assert judge(GOOD, ASKS)["test_b"].status == Status.FAILED


def test_not_after_tests_that_may_leave_something_behind(judge):
    assert judge(GOOD, f"import os\n{MARKS}")["test_a"].status == Status.PASSED
    assert judge(GOOD, ASKS)["test_b"].status == Status.PASSED


@pytest.mark.parametrize(
    "bad",
    [
        "import os\ndef f():\n    os._exit(0)\n",
        "def f():\n    while True: pass\n",
        "import os\nos.write(3, b'\\x05\\0\\0\\0zzzzz')\ndef f():\n    return 1\n",
    ],
)
def test_a_judge_that_was_given_trouble_is_replaced(judge, bad):
    marks = "import re\nre.compile('by the first job')\nfrom solution import f\ndef test_a():\n    assert f() == 1\n"
    assert judge(bad, marks, cpu_seconds=0.3)["test_a"].status != Status.PASSED
    assert judge(GOOD, ASKS)["test_b"].status == Status.PASSED


def test_classes_that_a_sample_makes_up_do_not_add_up():
    import crossing

    table = crossing.Table(lambda *asked: None)
    for number in range(5_000):
        table.revive(("handle", number, f"Class{number}", ("__len__",)))
    crossing.Table(lambda *asked: None)
    assert len(crossing._CLASSES) < 1_000


def test_a_judge_that_a_sample_has_made_larger_is_not_as_good_as_new(monkeypatch):
    """Else a sample with too much to say would leave less memory to the tests of the next one."""
    import judges
    from prepared import prepare

    request = ("key", None, "", "f", ("test_a",), {}, False)
    prepared = {"key": prepare("def test_a(): pass\n", None)}
    monkeypatch.setattr(judges, "judge", lambda job, control: iter([("test_a", "passed", "", 0.0, True)]))
    peak = judges._peak_bytes()
    assert [outcome[-1] for outcome in judges._judge(request, prepared, None, peak + 2**30)] == [True]
    held = bytearray(b"x") * (peak + 2**26)
    assert [outcome[-1] for outcome in judges._judge(request, prepared, None, peak + 2**20)] == [False], len(held)
