"""The processor time of a solution, as the keeper sees it: of the candidate and all it started, for each test."""

from evalkit.types import Outcome, Status

TESTS = """from solution import f

def test_first():
    assert f(0.4) is None

def test_second():
    assert f(0) is None
"""
BURN = "import time\ndef burn(seconds):\n    while time.process_time() < seconds: pass\n"


def test_what_a_solution_burns_is_told_for_each_test(judge):
    outcomes = judge(f"{BURN}f = burn\n", TESTS)
    assert {outcome.status for outcome in outcomes.values()} == {Status.PASSED}
    assert outcomes["test_first"].cpu_seconds >= 0.4 > outcomes["test_second"].cpu_seconds > 0


def test_waiting_is_no_processor_time(judge):
    outcomes = judge("import time\nf = time.sleep\n", TESTS)
    assert outcomes["test_first"].status is Status.PASSED
    assert outcomes["test_first"].cpu_seconds < 0.4


def test_what_a_child_burns_is_the_solutions_own(judge):
    source = f"{BURN}import os\ndef f(seconds):\n    if os.fork() == 0:\n        burn(seconds)\n        os._exit(0)\n"
    assert judge(f"{source}    os.wait()\n", TESTS)["test_first"].cpu_seconds >= 0.4


def test_a_solution_that_is_ended_for_its_time_has_used_it(judge):
    outcome = judge("def f(seconds):\n    while True: pass\n", TESTS, "test_first", cpu_seconds=0.3)["test_first"]
    assert outcome.status is Status.TIMEOUT and outcome.cpu_seconds >= 0.3


def test_the_solution_of_a_test_that_got_stuck_is_counted_too(judge):
    tests = "from solution import f\n\ndef test_it():\n    f(0.2)\n    while True: pass\n"
    source = "import time\ndef f(seconds):\n    while time.process_time() < seconds: pass\n"
    outcome = judge(source, tests, "test_it", cpu_seconds=1.0, wall_seconds=1.0)["test_it"]
    assert outcome.status is Status.TIMEOUT and outcome.cpu_seconds >= 0.2


def test_time_makes_no_two_outcomes_different():
    assert Outcome("test_it", Status.PASSED, "", 1.0) == Outcome("test_it", Status.PASSED, "", 2.0)
