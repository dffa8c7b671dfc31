"""Candidates' processes, each forked before anybody asks for it: what is the same for all is done while it waits.

With its budget a candidate gets the descriptor of its judge.
"""

import ctypes
import gc
import marshal
import mmap
import os
import signal
import socket
import sys

from candidate import prepared
from limits import Budget, prefer_as_victim, restrict
from place import Place

_CONNECTION = 3  # a candidate's descriptor of the judge
_ABOVE_OURS = 64  # no descriptor of the keeper is as high
_INT = 4  # bytes of a descriptor in a message
_PR_SET_DUMPABLE = 4
_libc = ctypes.CDLL(None, use_errno=True)


class Forking:
    """Runs in the keeper. One candidate at a time: it waits, it is begun, and it is ended by others."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._candidate = prepared(_CONNECTION)
        self._ours, self._theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._begun = mmap.mmap(-1, mmap.PAGESIZE)  # shared with the fork until its solution comes
        self.pid = 0  # of the candidate; 0 when there is none
        self.output = -1  # what it prints

    def fork(self) -> None:
        """Have a candidate that waits."""
        self._begun[0] = 0
        self.output, output = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            self._live(output)
        os.close(output)

    def begin(self, request: bytes, fd: int) -> None:
        """Let it serve the judge at the other end of `fd`, within the budget that the request names."""
        self._ours.sendmsg([request], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fd.to_bytes(_INT, sys.byteorder))])
        os.close(fd)

    def has_begun(self) -> bool:
        """Whether it came to the point where its solution is loaded."""
        return bool(self._begun[0])

    def drop(self) -> None:
        """End one that waits."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        self.forget()

    def forget(self) -> None:
        """It has ended."""
        os.close(self.output)
        self.pid = 0

    def _live(self, output: int) -> None:
        """In the fork: give up everything that is not the candidate's, wait, then serve. Never returns."""
        try:
            os.setsid()
            _arrange_descriptors(self._theirs.fileno(), output)
            prefer_as_victim()
            self._place.switch_uid()
            _libc.prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0)
            restrict(self._wait(), self._place.rlimits_only, self._place.tasks_beside())
            gc.enable()
            self._begun[0] = 1
            self._begun.close()
            self._candidate.serve()
        finally:
            os._exit(0)

    def _wait(self) -> Budget:
        """The budget, once it comes; then _CONNECTION is the judge. Ends the process when the keeper ends."""
        request, sent, _, _ = self._theirs.recvmsg(4096, socket.CMSG_SPACE(_INT))
        if not sent:
            os._exit(0)
        self._theirs.close()
        fd = int.from_bytes(sent[0][2], sys.byteorder)
        if fd != _CONNECTION:
            os.dup2(fd, _CONNECTION)
            os.close(fd)
        return Budget(**marshal.loads(request)["budget"])


def _arrange_descriptors(ours: int, output: int) -> None:
    """0 reads nothing, 1 and 2 are the counted output; of all others only the one to wait at stays open."""
    os.dup2(output, 1)  # nothing that is needed is below 3: those are taken from the start
    os.dup2(output, 2)
    os.closerange(_CONNECTION, ours)
    os.closerange(ours + 1, _ABOVE_OURS)
