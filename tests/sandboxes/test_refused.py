"""What the judge does not tell a solution, and what it does not let a solution's object say."""

import pytest
from judging import one

from evalkit.types import Status

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
from decoder import Decoder
from wire import Encoder
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
