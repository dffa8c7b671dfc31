"""Starting a runner as processes of this machine, for bubblewrap and for the unisolated sandbox."""

import contextlib
import os
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from typing import IO

from evalkit.sandboxes.worker import PipeChannel, Worker


class RunnerProcess:
    """A supervisor's process, with helpers that live and die with it."""

    def __init__(
        self, command: Sequence[str], pass_fds: Sequence[int] = (), helper: "subprocess.Popen[bytes] | None" = None
    ) -> None:
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # closed in `end`
        self._helper = helper
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            pass_fds=pass_fds,
            start_new_session=True,  # Ctrl-C at the terminal is for evalkit, which then ends this in order
            bufsize=0,
        )

    def worker(self) -> Worker:
        """The worker that talks to the supervisor. Raises SandboxFailed when it does not come up."""
        process = self._process
        assert process.stdin is not None and process.stdout is not None  # both were asked for as pipes
        return Worker(PipeChannel(process.stdin.fileno(), process.stdout.fileno(), self.end))

    def end(self) -> str:
        """Kill the processes, reap them, and return what they wrote to their error stream."""
        for process in filter(None, (self._process, self._helper)):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        try:
            with self._errors as errors:
                errors.seek(0)
                return errors.read().decode("utf-8", "replace")
        except ValueError:  # closed already, or by another thread at this moment
            return ""
