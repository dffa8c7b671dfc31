"""Programs run for what they print, and the rules by which graders compare it, with answers worked out by hand."""

import pytest
from programs import MOST_OUTPUT, OUTPUTS, RESULTS

from evalkit.types import Job, Limits, Outcome, Sandbox, Status

TESTS = """\
from programs import assert_output
from solution import run

def test():
    assert_output(run, {!r}, {!r}, 'exact')
"""


def outcome(sandbox: Sandbox, program: str, text: str = "1 2\n", expected: str = "3\n", **limits: float) -> Outcome:
    budget = Limits(**({"cpu_seconds": 5.0, "wall_seconds": 60.0} | limits))  # type: ignore[arg-type]  # all floats
    return sandbox.judge(Job(program, "", TESTS.format(text, expected), ("test",), budget, "program"))[0]


@pytest.mark.parametrize(
    "program",
    [
        "print(sum(map(int, input().split())))",
        "import sys\nprint(sum(map(int, sys.stdin.read().split())))",
        "import sys\nsys.stdout.buffer.write(b'%d' % sum(map(int, sys.stdin.buffer.readline().split())))",
        "print(sum(map(int, open(0).read().split())))",
        "import os\nos.write(1, b'%d' % sum(map(int, os.read(0, 99).split())))",
        "if __name__ == '__main__':\n    print(3)\n    raise SystemExit(2)",
        "import os\nprint(3, flush=True)\nos._exit(0)",
        "import atexit\natexit.register(print, 3)",
        "import threading\nthreading.Thread(target=print, args=(3,)).start()",
        "import io, sys, os, atexit\nsys.stdout = io.BytesIO()\n"
        "atexit.register(lambda: os.write(1, sys.stdout.getvalue()))\nsys.stdout.write(b'3')",
        "import sys\nprint(3)\nprint('progress', file=sys.stderr)",
        "def f(n):\n    return n + f(n - 1) if n else 0\n"
        "import sys\nsys.setrecursionlimit(10**5)\nprint(f(9000) - 40504497)",
    ],
)
def test_a_program_runs_as_it_would_by_itself(unisolated: Sandbox, program: str) -> None:
    found = outcome(unisolated, program)
    assert found.status is Status.PASSED, found


@pytest.mark.parametrize(
    ("program", "status", "said"),
    [
        ("print(4)", "failed", "line 1 is '4', expected '3' (input '1 2\\n')"),
        ("print(3)\nprint(3)", "failed", "printed 2 lines, expected 1"),
        ("", "failed", "line 1 is '', expected '3'"),
        ("print(3)\n1 / 0", "error", "raised ZeroDivisionError: division by zero"),
        ("print(input() + input())", "error", "raised EOFError"),
        ("print(", "error", "raised SyntaxError"),
        ("x = [0] * 10**10", "out_of_memory", ""),
        ("while True:\n    print('x' * 10**6)", "output_limit", f"printed more than {MOST_OUTPUT} bytes"),
        ("import os\nos.kill(os.getpid(), 11)", "crashed", "killed by SIGSEGV"),
        ("import sys\nwhile True:\n    print('x' * 10**5, file=sys.stderr)", "output_limit", ""),
    ],
)
def test_what_a_program_does_wrong_is_told(unisolated: Sandbox, program: str, status: str, said: str) -> None:
    found = outcome(unisolated, program)
    assert found.status == status, found
    assert said in found.message


def test_the_expected_output_is_not_in_the_programs_process(unisolated: Sandbox) -> None:
    looks = "import gc\nprint([x for x in gc.get_objects() if isinstance(x, dict) and 'the-secret' in map(repr, x)])"
    assert "the-secret" not in outcome(unisolated, looks, expected="the-secret").message.partition("expected")[0]


@pytest.mark.parametrize(
    ("rule", "printed", "expected", "same"),
    [
        ("livecodebench", "\n 1 2 \n3\n\n", "1 2\n3", True),
        ("livecodebench", "1.50 2", "1.5 2.0", True),
        ("livecodebench", "50000000000000000", "50000000000000001", False),
        ("livecodebench", "1  2", "1 2", True),  # as numbers
        ("livecodebench", "a  b", "a b", False),
        ("livecodebench", "1\n\n2", "1\n2", False),
        ("livecodebench", "yes", "YES", False),
        ("apps", "1\n\n2", "1\n2", True),
        ("apps", "2 1\n3", "3\n1 2", True),
        ("apps", "1.00001", "1.00002", True),
        ("apps", "0.1234", "0.1231", True),  # rounded to three places
        ("apps", "0.12", "0.13", False),
        ("apps", "a a b", "b a", True),  # as its grader has it: words as sets
        ("apps", "a", "b", False),
        ("exact", "a \nb\n\n", "a\nb", True),
        ("exact", " a", "a", False),
        ("exact", "1.0", "1", False),
    ],
)
def test_outputs_are_compared_as_their_grader_does(rule: str, printed: str, expected: str, same: bool) -> None:
    assert OUTPUTS[rule](printed, expected) is same


@pytest.mark.parametrize(
    ("rule", "output", "expected", "same"),
    [
        ("livecodebench", (1, 2), [1, 2], True),
        ("livecodebench", [(1, 2)], [[1, 2]], False),
        ("livecodebench", 1, [1], False),
        ("apps", 1, [1], True),
        ("apps", [(1, 2)], [[[1, 2]]], True),
        ("apps", 2, [1], False),
        ("exact", (1, 2), [1, 2], False),
    ],
)
def test_results_are_compared_as_their_grader_does(rule: str, output: object, expected: object, same: bool) -> None:
    assert RESULTS[rule](output, expected) is same
