"""Proves a sandbox by attacking it: every program of sandbox/attacks runs as a solution, then an honest one."""

import ast
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from evalkit.errors import SandboxFailed
from evalkit.registry import data_folder
from evalkit.types import Job, Limits, Outcome, Sandbox, Status

LIMITS = Limits(cpu_seconds=1.5, wall_seconds=4.0)

# An attack that is to be ended from outside, and how. Every other attack returns what it gained: nothing.
_ENDED = {
    "busy_loop": {Status.TIMEOUT},
    "sleep": {Status.TIMEOUT},
    "memory": {Status.OUT_OF_MEMORY},
    "output": {Status.OUTPUT_LIMIT},
    "fork_bomb": {Status.TIMEOUT, Status.ERROR, Status.OUT_OF_MEMORY},
    "early_exit": {Status.ERROR},
    "equal_to_everything": {Status.FAILED},
    "forged_frames": {Status.ERROR, Status.FAILED},
}
_HONEST = """
import os

def attack():
    return sorted(os.listdir(".")), sum(_is_mine(pid) for pid in os.listdir("/proc") if pid.isdigit())

def _is_mine(pid):
    try:
        with open(f"/proc/{pid}/status") as file:
            return f"\\nUid:\\t{os.getuid()}\\t" in file.read() and int(pid) not in (1, os.getpid())
    except OSError:
        return False
"""
_HONEST_TEST = "from solution import attack\n\ndef test_attack():\n    assert attack() == ([], 0)\n"


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of one attack. `held` is False also when the next sample was affected."""

    protection: str
    attack: str
    held: bool
    detail: str


def attack_names() -> tuple[str, ...]:
    """Every attack there is, sorted."""
    return tuple(sorted(path.stem for path in (data_folder("sandbox") / "attacks").glob("*.py")))


def check_sandbox(sandbox: Sandbox) -> Iterator[Finding]:
    """Run every attack. Raises SandboxFailed when the sandbox cannot even judge an honest program."""
    if problem := _honest_problem(sandbox):
        raise SandboxFailed(f"The sandbox does not judge an honest program as it should: {problem}.")
    for name in attack_names():
        yield run_attack(sandbox, name)


def run_attack(sandbox: Sandbox, name: str) -> Finding:
    """One attack, then an honest program that must find no trace of it."""
    source = attack_source(name).read_text()
    protection, _, attack = (ast.get_docstring(ast.parse(source)) or f"{name}: ").partition(": ")
    try:
        (outcome,) = sandbox.judge(Job(source, "attack", _test_of(name), ("test_attack",), LIMITS))
    except SandboxFailed as error:
        return Finding(protection, attack, False, f"broke the sandbox: {error}")
    held, detail = _judged(name, outcome)
    if problem := _honest_problem(sandbox):
        return Finding(protection, attack, False, f"the next sample was affected: {problem}")
    return Finding(protection, attack, held, detail)


def _test_of(name: str) -> str:
    # The secret is new each time, so that it cannot be in a cache or in an earlier sample.
    secret = f"secret-{secrets.token_hex(16)}"
    body = f"    expected = {secret!r}\n    gained = attack()\n    assert gained == ''\n"
    return f"from solution import attack\n\ndef test_attack():\n{body}"


def _judged(name: str, outcome: Outcome) -> tuple[bool, str]:
    said = f"{outcome.status}: {' '.join(outcome.message.split())}".rstrip(": ")
    if name in _ENDED:
        return outcome.status in _ENDED[name], said
    if outcome.status is Status.PASSED:
        return True, "gained nothing"
    return False, said


def _honest_problem(sandbox: Sandbox) -> str:
    try:
        (outcome,) = sandbox.judge(Job(_HONEST, "attack", _HONEST_TEST, ("test_attack",), LIMITS))
    except SandboxFailed as error:
        return str(error)
    return "" if outcome.status is Status.PASSED else f"{outcome.status}, {' '.join(outcome.message.split())}"


def attack_source(name: str) -> Path:
    """The file of one attack."""
    return data_folder("sandbox") / "attacks" / f"{name}.py"
