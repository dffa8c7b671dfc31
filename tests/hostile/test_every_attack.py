"""The attacks that users run themselves, and hostile programs among honest ones."""

import random

import pytest

from evalkit.sandboxes.check import attack_names, attack_source, check_sandbox
from evalkit.types import Job, Limits, Status

HONEST = {
    "right": "def f(x):\n    return sorted(x)\n",
    "wrong": "def f(x):\n    return x\n",
    "raises": "def f(x):\n    raise ValueError(x)\n",
    "mutable-default": "def f(x, seen=[]):\n    seen.append(1)\n    return sorted(x) if len(seen) == 1 else None\n",
    "imports": "import json, math, os, tempfile\ndef f(x):\n    return sorted(json.loads(json.dumps(x)))\n",
    "writes": "import os\ndef f(x):\n    open('left', 'x').close()\n    return sorted(x) + os.listdir()\n",
    "forks": "import os\ndef f(x):\n    if os.fork() == 0: os._exit(0)\n    os.wait()\n    return sorted(x)\n",
    "slow": "def f(x):\n    return sorted(x, key=lambda n: (sum(range(10**5)), n))\n",
    "missing": "def g(x):\n    return x\n",
}
TESTS = (
    "from solution import f\n\ndef test_a():\n    assert f([2, 1]) == [1, 2]\n\ndef test_b():\n    assert f([]) == []\n"
)
LIMITS = Limits(cpu_seconds=1.0, wall_seconds=3.0)


@pytest.mark.slow
def test_every_attack_is_held(sandbox):
    findings = list(check_sandbox(sandbox))
    assert len(findings) == len(attack_names()) > 20
    assert [finding for finding in findings if not finding.held] == []


def honest(sandbox, name):
    outcomes = sandbox.judge(Job(HONEST[name], "f", TESTS, ("test_a", "test_b"), LIMITS))
    return [(outcome.status, outcome.message) for outcome in outcomes]


@pytest.mark.slow
@pytest.mark.parametrize("order", range(3))
def test_hostile_programs_change_no_honest_verdict(sandbox, order):
    alone = {name: honest(sandbox, name) for name in HONEST}
    assert [status for status, _ in alone["right"] + alone["wrong"]] == [Status.PASSED, Status.PASSED, Status.FAILED,
                                                                        Status.PASSED]  # fmt: skip
    shuffled = random.Random(order)
    programs = [("hostile", name) for name in attack_names()] + [("honest", name) for name in list(HONEST) * 3]
    shuffled.shuffle(programs)
    for kind, name in programs:
        if kind == "hostile":
            source = attack_source(name).read_text() + "\n\ndef f(x):\n    return attack()\n"
            sandbox.judge(Job(source, "f", TESTS, ("test_a",), LIMITS))
        else:
            assert honest(sandbox, name) == alone[name], f"{name} in order {order}"
