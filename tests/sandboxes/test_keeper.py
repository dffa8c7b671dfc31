"""The keeper by itself, without supervisor and judge."""

import marshal
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import keeper as keeper_module
import pytest
from frames import write_frame
from limits import PATIENCE, waited_seconds

from evalkit.registry import data_folder
from evalkit.types import Limits

KEEPER = """
import sys
sys.path.insert(0, sys.argv[1])
import keeper
from place import Place
class Broken(Place):
    def switch_uid(self):
        raise OSError("no such user")
kind = Place
{change}
keeper.main(int(sys.argv[2]), kind("session", sys.argv[3]))
"""


@contextmanager
def started(change: str, scratch: Path, budget: Limits) -> Iterator[tuple[subprocess.Popen[str], socket.socket, int]]:
    """A keeper with a line changed that was asked for one candidate: it, its control socket, and the judge's end."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    connection, other = socket.socketpair()
    arguments = [str(data_folder("sandbox") / "runner"), str(theirs.fileno()), str(scratch)]
    command = [sys.executable, "-c", KEEPER.replace("{change}", change), *arguments]
    keeper = subprocess.Popen(command, pass_fds=[theirs.fileno()], stderr=subprocess.PIPE, text=True)
    with ours, connection, other:
        theirs.close()
        request = {"spawn": 0, "budget": {name: getattr(budget, name) for name in Limits.__slots__}}
        socket.send_fds(ours, [marshal.dumps(request)], [connection.fileno()])
        ours.settimeout(60)
        yield keeper, ours, other.fileno()


def test_a_candidate_that_could_not_begin_is_our_failure_not_the_solution_s(tmp_path):
    """It must not be reported as a solution that ended its process."""
    with started("kind = Broken", tmp_path, Limits()) as (keeper, control, _):
        assert control.recv(2**16) == b""  # it is gone: the host starts another sandbox and tries the sample again
    assert "ended before its solution was loaded" in keeper.communicate()[1]


def test_what_the_kernel_ends_for_its_processor_time_is_late_and_no_crash(tmp_path):
    """On a busy machine the kernel's own limit, which backs up ours, may come before the keeper has looked."""
    with started("keeper._TICK = 60", tmp_path, Limits(cpu_seconds=0.2)) as (keeper, control, judge):
        write_frame(judge, marshal.dumps(("while True: pass", "f", ())))
        report = marshal.loads(control.recv(2**16))
    assert (report["reason"], report["clean"]) == ("cpu", True)
    assert report["cpu_seconds"] > 0.2
    assert keeper.communicate()[1] == ""


def test_waiting_for_a_processor_is_no_wall_time_of_the_solution(monkeypatch):
    monkeypatch.setattr(keeper_module, "waited_seconds", lambda pid: 7.0)
    late = [keeper_module._is_over(passed, 4.0, 1) for passed in (3.9, 4.1, 10.9, 11.1)]
    assert late == [False, False, False, True]
    monkeypatch.setattr(keeper_module, "waited_seconds", lambda pid: 1000.0)
    assert not keeper_module._is_over(4.0 * PATIENCE, 4.0, 1)
    assert keeper_module._is_over(4.0 * PATIENCE + 0.1, 4.0, 1)


def test_two_on_one_processor_wait_for_each_other():
    if waited_seconds(os.getpid()) == 0.0 and not Path("/proc/self/schedstat").exists():
        pytest.skip("this kernel does not count how long a process waits")
    core = min(os.sched_getaffinity(0))
    burn = f"import os, time\nos.sched_setaffinity(0, [{core}])\nend = time.process_time() + 0.3\n"
    burn += "while time.process_time() < end: pass\nprint(end='.', flush=True)\ninput()\n"
    both = [subprocess.Popen([sys.executable, "-c", burn], stdin=-1, stdout=-1) for _ in range(2)]
    for each in both:
        assert each.stdout and each.stdout.read(1) == b"."
    waited = sum(waited_seconds(each.pid) for each in both)
    for each in both:
        each.communicate(b"\n")
    assert waited > 0.1
