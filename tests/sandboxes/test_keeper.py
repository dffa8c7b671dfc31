"""The keeper by itself, without supervisor and judge."""

import marshal
import socket
import subprocess
import sys

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
keeper.main(int(sys.argv[2]), Broken("session", sys.argv[3]))
"""


def test_a_candidate_that_could_not_begin_is_our_failure_not_the_solution_s(tmp_path):
    """It must not be reported as a solution that ended its process."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    connection, other = socket.socketpair()
    arguments = [str(data_folder("sandbox") / "runner"), str(theirs.fileno()), str(tmp_path)]
    keeper = subprocess.Popen(
        [sys.executable, "-c", KEEPER, *arguments], pass_fds=[theirs.fileno()], stderr=subprocess.PIPE, text=True
    )
    with ours, connection, other:
        theirs.close()
        budget = {name: getattr(Limits(), name) for name in Limits.__slots__}
        socket.send_fds(ours, [marshal.dumps({"spawn": 0, "budget": budget})], [connection.fileno()])
        ours.settimeout(60)
        assert ours.recv(2**16) == b""  # it is gone: the host starts another sandbox and tries the sample again
    assert "ended before its solution was loaded" in keeper.communicate()[1]
