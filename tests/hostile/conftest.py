"""The sandboxes that isolate, each started once, and what a test does with a hostile program.

The ids of the tests carry a letter and a number, the same as in docs/sandbox.md: A forging the verdict, B exhausting
the machine, C getting out or leaving something behind, D malformed source.
"""

import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

import pytest

from evalkit.sandboxes import bubblewrap, open_sandbox
from evalkit.types import Job, Limits, Outcome, Sandbox, Status

LIMITS = Limits(cpu_seconds=1.0, wall_seconds=3.0)
TESTS = f"""
import pytest
from solution import f

EXPECTED = ["expected-{secrets.token_hex(8)}", 7]


def test_equal():
    assert f(2) == EXPECTED


def test_raises():
    with pytest.raises(LookupError):
        f(None)
"""
"""What a hostile program has to pass, unless it is given other tests."""

STATE = '''
import hashlib, json, os, resource, signal, socket, sys

def f():
    """What a fresh process finds; a short digest of each part, since messages are short."""
    space = os.statvfs(".")
    parts = {
        "files": sorted(os.listdir(".")), "space": (space.f_bfree, space.f_ffree), "environment": sorted(os.environ),
        "limits": [resource.getrlimit(getattr(resource, n)) for n in sorted(dir(resource)) if n[:7] == "RLIMIT_"],
        "scheduling": (os.getpriority(0, 0), sorted(os.sched_getaffinity(0)), os.sched_getscheduler(0)),
        "signals": [str(signal.getsignal(n)) for n in range(1, 32)] + [sorted(signal.pthread_sigmask(0, []))],
        "processes": _others(), "listeners": _listeners(), "descriptors": sorted(os.listdir("/proc/self/fd"))[:-1],
        "modules": (json.loads("[1]"), sys.flags.isolated, sorted(sys.path), sys.gettrace()),
        "users": (os.getresuid(), os.getresgid(), os.getgroups(), os.umask(0o077)),
        "memory": (_listing("/dev/shm"), _listing("/dev/mqueue"), open("/proc/self/oom_score_adj").read()),
        "network": sorted(line.split(":")[0].strip() for line in open("/proc/net/dev") if ":" in line),
    }
    return {name: hashlib.sha256(repr(part).encode()).hexdigest()[:6] for name, part in parts.items()}

def _others():
    """Processes of this uid beside this one and those that run the sandbox, told apart by having been there before."""
    found = 0
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/status") as file:
                found += f"\\nUid:\\t{os.getuid()}\\t" in file.read() and int(pid) not in (1, os.getpid())
        except OSError:
            pass
    return found

def _listeners():
    lines = [line.split() for name in ("tcp", "tcp6", "udp") for line in open(f"/proc/net/{name}")]
    return [fields[1:4] for fields in lines if fields[3] in ("0A", "07")]

def _listing(folder):
    try:
        return sorted(os.listdir(folder))
    except OSError as error:
        return error.errno
'''
STATE_TESTS = "from solution import f\n\ndef test_state():\n    assert str(f()) == {!r}, str(f())\n"

Survive = Callable[..., dict[str, Outcome]]


class OtherUserBubblewrap(bubblewrap.BubblewrapSandbox):
    """What a user without rights gets from bubblewrap, when the tests run as root."""

    UID = 65_534

    def _box(self, user_namespace: bool, more: Sequence[str] = ()) -> list[str]:
        setpriv = ["setpriv", f"--reuid={self.UID}", f"--regid={self.UID}", "--clear-groups"]
        return [*setpriv, *super()._box(user_namespace, more)]

    @cached_property
    def _two_uids(self) -> bool:
        if refusal := self._refusal(self._box(user_namespace=True)):
            pytest.skip(f"no namespaces for other users: {refusal}")
        return False


KINDS = [
    pytest.param("docker", marks=pytest.mark.docker),
    pytest.param("bubblewrap", marks=pytest.mark.bubblewrap),
    pytest.param("bubblewrap-user", marks=pytest.mark.bubblewrap),
]


@pytest.fixture(scope="session", params=KINDS)
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """One sandbox of each kind that isolates."""
    if request.param == "bubblewrap-user":
        yield from _as_other_user()
        return
    opened = open_sandbox(request.param)
    yield opened
    opened.close()


def _as_other_user() -> Iterator[Sandbox]:
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        pytest.skip("needs root and setpriv to become another user; as that user, bubblewrap itself is tested")
    from evalkit.sandboxes.rootfs import rootfs

    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        # A copy, since the user may not read the cache in root's home.
        copy = shutil.copytree(rootfs(), Path(folder) / "rootfs", symlinks=True)
        Path(folder).chmod(0o755)
        patch.setattr(bubblewrap, "rootfs", lambda: copy)
        opened = OtherUserBubblewrap()
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def state(sandbox: Sandbox) -> str:
    """What a solution finds before any hostile program has run."""
    return _state(sandbox, "")


def _state(sandbox: Sandbox, expected: str) -> str:
    (outcome,) = sandbox.judge(Job(STATE, "f", STATE_TESTS.format(expected), ("test_state",)))
    assert outcome.status in (Status.FAILED, Status.PASSED), outcome
    return expected if outcome.status is Status.PASSED else outcome.message


@pytest.fixture
def survive(sandbox: Sandbox, state: str) -> Survive:
    """survive(solution, tests=...) -> outcome by test. Fails when a test passed or the next sample finds a trace."""

    def run(solution: str, tests: str = TESTS, limits: Limits = LIMITS, passes: bool = False) -> dict[str, Outcome]:
        plan = tuple(line.split("(")[0][4:] for line in tests.splitlines() if line.startswith("def test_"))
        outcomes = sandbox.judge(Job(solution, "f", tests, plan, limits))
        assert tuple(outcome.test for outcome in outcomes) == plan
        assert all((outcome.status is Status.PASSED) == passes for outcome in outcomes), outcomes
        assert Status.UNSCORED not in {outcome.status for outcome in outcomes}
        assert _state(sandbox, state) == state
        return {outcome.test: outcome for outcome in outcomes}

    return run
