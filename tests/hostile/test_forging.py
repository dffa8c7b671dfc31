"""A: programs that do not solve their task and want the verdict anyway."""

import pytest

from evalkit.types import Status

IN_CALL = {
    "A01-exit": "import sys; sys.exit(0)",
    "A02-os-exit": "import os; os._exit(0)",
    "A02-posix-exit": "import posix; posix._exit(0)",
    "A02-exec": "import os; os.execv('/bin/true', ['true'])",
    "A03-system-exit": "raise SystemExit",
    "A03-keyboard-interrupt": "raise KeyboardInterrupt",
    "A03-generator-exit": "raise GeneratorExit",
    "A03-base-exception": "raise BaseException('x')",
    "A03-stop-iteration": "raise StopIteration",
    "A03-peers-own": "from peer import PeerGone; raise PeerGone",
    "A03-wires-own": "from wire import WireError; raise WireError('x')",
    "A04-atexit": "import atexit, os; atexit.register(os._exit, 0); raise RuntimeError",
    "A04-excepthook": "import sys, os; sys.excepthook = lambda *e: print('1 passed'); raise RuntimeError",
    "A07-skip-test": "import unittest; raise unittest.SkipTest",
    "A07-named-like-skip": "raise type('Skipped', (BaseException,), {'__module__': '_pytest.outcomes'})('x')",
    "A07-named-like-passed": "raise type('Exit', (Exception,), {'__module__': '_pytest.outcomes'})('x')",
    "A12-close-all": "import os; os.closerange(0, 1024)",
    "A12-dup-all": "import os; n = os.open('/dev/null', os.O_RDWR); [os.dup2(n, fd) for fd in range(64)]",
    "A13-claims-2-GiB": "import os; os.write(3, b'\\0\\0\\0\\x80'); return ['x']",
    "A13-claims-4-GiB": "import os; os.write(3, b'\\xff' * 2**16); return ['x']",
    "A13-endless-line": "import os\n    while True: os.write(3, b'x' * 2**16)",
    "A18-trace": "import sys; sys.settrace(lambda *a: a[0].f_locals); sys.setprofile(print); return 5",
    "A19-alarm": "import signal, time; signal.alarm(0); time.time = time.monotonic = lambda: 0.0\n    while True: pass",
    "A23-exit-124": "import os; os._exit(124)",
    "A23-exit-137": "import os; os._exit(137)",
    "A25-small-integers": "import ctypes; [ctypes.memset(id(n) + 24, 7, 1) for n in range(257)]; return [7]",
}


@pytest.mark.parametrize("name", IN_CALL)
def test_in_the_call(survive, name):
    survive(f"def f(x):\n    {IN_CALL[name]}\n")


@pytest.mark.parametrize("name", ["A01-exit", "A02-os-exit", "A02-exec", "A03-keyboard-interrupt", "A12-close-all"])
def test_at_import(survive, name):
    survive(f"def f(x):\n    return 0\nif True:\n    {IN_CALL[name]}\n")


@pytest.mark.parametrize("name", ["A02-os-exit", "A02-exec", "A23-exit-124", "A23-exit-137"])
def test_an_exit_is_an_error_and_no_timeout(survive, name):
    for outcome in survive(f"def f(x):\n    {IN_CALL[name]}\n").values():
        assert outcome.status is Status.ERROR and "ended its process with exit code" in outcome.message


FROM_STRANGE_PLACES = {
    "A03-from-del": """
        class X:
            def __del__(self): raise SystemExit
        def f(x): X(); return X()""",
    "A03-from-generator": """
        def f(x):
            yield "expected"
            raise GeneratorExit""",
    "A03-iterator-that-exits": """
        import os
        class f:
            def __init__(self, x): pass
            def __iter__(self): os._exit(0)
            def __len__(self): return 2""",
    "A08-patched-everything": """
        import builtins, math, operator, unittest
        yes = lambda *a, **k: True
        builtins.all = builtins.any = builtins.isinstance = math.isclose = operator.eq = yes
        builtins.AssertionError = builtins.Exception = KeyError
        unittest.TestCase.assertEqual = yes
        try:
            import pytest
            pytest.raises = pytest.approx = yes
        except ImportError:
            pass
        try:
            import numpy
            numpy.allclose = numpy.array_equal = numpy.testing.assert_allclose = yes
        except ImportError:
            pass
        def f(x): return 0""",
    "A09-planted-files": """
        import os, sys
        library, own = os.path.dirname(os.__file__), "/opt/evalkit"
        for folder in {"", ".", *sys.path, library, f"{own}/runner", f"{own}/judge", f"{own}/shared", "/"}:
            for name in ("conftest.py", "sitecustomize.py", "usercustomize.py", "x.pth", "solution.py", "wire.py",
                         "pytest.py", "json.py", "tests.py"):
                try:
                    with open(os.path.join(folder, name), "w") as file: file.write("import os; os._exit(0)")
                except OSError: pass
        def f(x): return 0""",
    "A10-walks": """
        import gc, linecache, os, sys
        def f(x):
            frame = sys._getframe()
            while frame:
                for name, value in {**frame.f_globals, **frame.f_locals}.items():
                    if name == "EXPECTED": return value
                frame = frame.f_back
            for item in gc.get_objects():
                if type(item) is dict and "EXPECTED" in item: return item["EXPECTED"]
                if type(item) is list and str(item)[:11] == "['expected-": return item
            for module in list(sys.modules.values()):
                if hasattr(module, "EXPECTED"): return module.EXPECTED
            if linecache.getlines("tests.py"): return "source"
            return None""",
    "A10-reads-memory": """
        import re
        def f(x):
            marker = re.compile(rb"expected-([0-9a-f]{16})")
            for process in ("self", "1", "2", "3", "4"):
                try:
                    spans = [line.split()[0].split("-") for line in open(f"/proc/{process}/maps") if " r" in line]
                    memory = open(f"/proc/{process}/mem", "rb", 0)
                except OSError: continue
                for start, end in spans:
                    try:
                        memory.seek(int(start, 16))
                        found = marker.search(memory.read(int(end, 16) - int(start, 16)))
                        if found: return [found[0].decode(), 7]
                    except (OSError, ValueError, OverflowError): pass
            return None""",
    "A10-opens-descriptors": """
        import os
        def f(x):
            for process in filter(str.isdigit, os.listdir("/proc")):
                for fd in range(64):
                    try:
                        file = os.open(f"/proc/{process}/fd/{fd}", os.O_RDWR | os.O_NONBLOCK)
                        os.write(file, b'["test_equal", "passed", ""]')
                        if b"EXPECTED" in os.read(file, 2**16): return "found"
                    except OSError: pass
            return None""",
    "A11-forged-results": """
        import os, struct
        def f(x):
            lie = b'["test_equal", "passed", ""]'
            lies = [lie, b'{"id": 1, "outcomes": [' + lie + b']}', b"1 passed"]
            for fd in range(100):
                for lie in lies:
                    for body in (lie, struct.pack("<I", len(lie)) + lie, lie + b"\\n"):
                        try: os.write(fd, body)
                        except OSError: pass
            print(*lies, sep="\\n")
            return None""",
    "A11-forged-done": """
        from frames import write_frame
        from wire import Encoder
        def f(x):
            for number in range(10):
                write_frame(3, Encoder(None).encode(("done", number, None, None)))
            return None""",
    "A11-sends-descriptors": """
        import array, os, socket
        def f(x):
            own = socket.socket(fileno=os.dup(3))
            rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [1, 2, 3]))]
            for _ in range(50): own.sendmsg([b"x"], rights)
            return None""",
    "A14-reduce": """
        import os
        class Payload:
            def __reduce__(self): return (os._exit, (0,))
            __reduce_ex__ = lambda self, protocol: self.__reduce__()
        def f(x): return [Payload(), Payload()]""",
    "A15-fork-both-answer": """
        import os
        def f(x):
            os.fork()
            return None""",
    "A20-import-hooks": """
        import sys, types
        class Hook:
            def find_spec(self, name, path=None, target=None): raise ImportError("poisoned")
        sys.meta_path.insert(0, Hook())
        for name in ("json", "wire", "peer", "crossing", "frames", "pytest", "tests"):
            sys.modules[name] = types.ModuleType(name)
        def f(x): return 0""",
    "A20-replaced-peer": """
        import peer, wire
        peer.Peer._answer = lambda self, message: self._send("done", message[1], True, None)
        wire.Encoder.encode = lambda self, value: b"T"
        def f(x): return 0""",
    "A22-own-check": """
        EXPECTED = 0
        candidate = check = test_equal = lambda *a: None
        def pytest_configure(): pass
        def f(x): return EXPECTED""",
    "A24-endless-generator": """
        def f(x):
            while True: yield 1""",
    "A24-lazy-list": """
        class f:
            def __init__(self, x): pass
            def __getitem__(self, at): return at
            def __len__(self): return 2**62
            def __iter__(self): return self
            def __next__(self): return 1
            def __repr__(self): return "x" * 2**28
            def __hash__(self): raise SystemExit
            def __bool__(self): raise KeyboardInterrupt""",
}


@pytest.mark.parametrize("name", FROM_STRANGE_PLACES)
def test_forgery(survive, name):
    import textwrap

    survive(textwrap.dedent(FROM_STRANGE_PLACES[name]))


SWALLOWED = {
    "A21-quotes": "def f(x):\n    return 0\n'''",
    "A21-backslash": "def f(x):\n    return 0\n\\",
    "A21-if-0": "def f(x):\n    return 0\nif 0:",
    "A21-bracket": "def f(x):\n    return 0\n(",
}


@pytest.mark.parametrize("name", SWALLOWED)
def test_source_that_would_swallow_what_follows(survive, name):
    survive(SWALLOWED[name])


AGREES = """
class Agrees:
    def _yes(self, *other): return True
    def _self(self, *other): return self
    def _zero(self, *other): return 0.0
    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = __contains__ = __bool__ = _yes
    __sub__ = __abs__ = __neg__ = __round__ = __trunc__ = _self
    __rsub__ = __xor__ = __rxor__ = __mod__ = _zero
    def __ne__(self, other): return False
    def __hash__(self): return hash(7)
    def __float__(self): return 0.0
    def __len__(self): return 2
    def __iter__(self): return iter(())
    def __array__(self, *a, **k): import numpy; return numpy.array(["expected", 7])
    __class__ = list
"""
COMPARISONS = {
    "equal": "f(2) == 7.5", "reflected": "7.5 == f(2)", "not-unequal": "not f(2) != 7.5", "is": "f(2) is True",
    "near": "abs(f(2) - 7.5) < 1e-6", "near-reflected": "abs(7.5 - f(2)) < 1e-6",
    "isclose": "math.isclose(f(2), 7.5)", "approx": "f(2) == pytest.approx(7.5)", "between": "7 < f(2) < 8",
    "member": "f(2) in [7.5]", "list": "[f(2)] == [7.5]", "dict": "{'k': f(2)} == {'k': 7.5}",
    "sorted": "sorted([f(2), f(2)]) == [7.5, 7.5]", "isinstance": "isinstance(f(2), (float, list))",
    "set": "{f(2)} == {7.5}", "key": "{7.5: 1}[f(2)] == 1", "every": "[*f(2)] == [7.5]",
    "allclose": "numpy.allclose(f(2), 7.5)", "array-equal": "numpy.array_equal(f(2), [7.5, 7.5])",
    "round": "round(f(2), 1) == 7.5", "difference": "not f(2) ^ {7.5}", "subset": "f(2) <= {7.5}",
}  # fmt: skip


def comparing(names):
    tests = [f"def test_{name.replace('-', '_')}():\n    assert {COMPARISONS[name]}\n" for name in names]
    return "import math\nimport numpy\nimport pytest\nfrom solution import f\n\n" + "\n".join(tests)


def test_A05_objects_that_agree_with_everything(survive):
    survive(f"{AGREES}\ndef f(x):\n    return Agrees()\n", comparing(COMPARISONS))


@pytest.mark.parametrize("base", ["int", "float", "str", "list", "dict", "tuple"])
def test_A06_subclasses_whose_reflected_operand_would_win(survive, base):
    solution = AGREES.replace("    __class__ = list\n", "").replace("class Agrees:", f"class Agrees({base}):")
    names = ["equal", "reflected", "not-unequal", "approx", "list", "member"]
    survive(f"{solution}\ndef f(x):\n    return Agrees()\n", comparing(names))


def test_A15_a_fork_does_not_answer_for_its_parent(survive):
    tests = "from solution import f\ndef test_equal():\n    assert f(2) == 7\n"
    survive("import os\ndef f(x):\n    if os.fork():\n        os._exit(0)\n    return 7\n", tests)


def test_A16_a_result_is_what_it_was_when_it_was_returned(survive):
    tests = "import time\nfrom solution import f\ndef test_equal():\n    result = f(2)\n    time.sleep(0.2)\n"
    solution = """
import threading
def f(x):
    result = [0]
    threading.Timer(0.05, result.append, [7]).start()
    return result
"""
    survive(solution, tests + "    assert result == [0, 7]\n")


def test_A17_arguments_are_not_what_the_test_compares_with(survive):
    tests = """
from solution import f
CASES = [([3, 1, 2], [1, 2, 3]), ([2, 1], [1, 2])]
def test_cases():
    for given, expected in CASES:
        assert f(given) == expected
def test_table():
    case = {"given": [3, 1], "expected": [1, 3]}
    assert f(case["given"]) == case["expected"]
"""
    survive("def f(given):\n    given.clear()\n    return given\n", tests)


def test_A24_a_loop_over_an_endless_iterator_ends(survive):
    tests = "from solution import f\ndef test_sum():\n    assert sum(1 for _ in f(2)) == 3\n"
    survive("import itertools\ndef f(x):\n    return itertools.repeat(1)\n", tests)


def test_A24_a_mapping_that_never_ends(survive):
    solution = """
class f(dict):
    def __init__(self, x): pass
    def items(self):
        while True: yield 1, 2
    __iter__ = keys = items
"""
    survive(solution)
