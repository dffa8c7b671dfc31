"""Who may write to a run in an object store: an object that its owner renews, for such stores have no locks.

A lease that was not renewed for LIFETIME seconds belongs to a process that died, and the next one takes it over. Two
that take it over in the same moment are told apart by the owner's name in it: whoever finds another one stops. What
both wrote until then is the same, since a unit's files depend on the unit alone. Clocks may differ by up to a minute.
"""

import json
import os
import socket
import threading
import time
import uuid
from contextlib import suppress

from evalkit.errors import RunDirectoryError
from evalkit.paths import RemotePath

NAME = ".lease"
LIFETIME = 120.0  # seconds
RENEWAL = 20.0


class Lease:
    """The right to write to a run, from `__init__` to `release`."""

    def __init__(self, folder: RemotePath) -> None:
        """Raises RunDirectoryError when another process has it, OSError when the store refuses."""
        self._path = folder / NAME
        self._name = uuid.uuid4().hex
        self._lost = False
        self._ended = threading.Event()
        former = _read(self._path)
        if former is not None and _lives(former):
            raise _in_use(folder, former)
        self._take(first=former is None)
        self._check()
        threading.Thread(target=self._renew, daemon=True).start()

    def require(self) -> None:
        """Raises RunDirectoryError when another process has taken the run over."""
        if self._lost:
            raise RunDirectoryError(
                f"{self._path.parent} was taken over by another evalkit process, since this one did not answer for "
                f"{LIFETIME:.0f} s. Go on there."
            )

    def release(self) -> None:
        """Let others write. Called again, it does nothing."""
        if self._ended.is_set():
            return
        self._ended.set()
        try:
            if not self._lost and (_read(self._path) or {}).get("owner") == self._name:
                self._path.unlink(missing_ok=True)
        except OSError:
            return  # it ends by itself

    def _take(self, first: bool) -> None:
        record = {"owner": self._name, "host": socket.gethostname(), "pid": os.getpid(), "renewed": time.time()}
        with suppress(FileExistsError):  # another one was faster: `_check` says so
            self._path.put(json.dumps(record).encode(), create=first)

    def _check(self) -> None:
        found = _read(self._path) or {}
        if found.get("owner") != self._name:
            self._ended.set()
            raise _in_use(self._path.parent, found)

    def _renew(self) -> None:
        while not self._ended.wait(RENEWAL):
            try:
                if (_read(self._path) or {}).get("owner", self._name) != self._name:
                    self._lost = True
                    return
                self._take(first=False)
            except OSError:
                continue  # the store is away: the next renewal may reach it


def _read(path: RemotePath) -> dict[str, object] | None:
    try:
        found = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _lives(lease: dict[str, object]) -> bool:
    renewed, pid = lease.get("renewed"), lease.get("pid")
    if not isinstance(renewed, int | float) or time.time() - renewed > LIFETIME:
        return False
    if lease.get("host") != socket.gethostname() or not isinstance(pid, int):
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _in_use(folder: RemotePath, lease: dict[str, object]) -> RunDirectoryError:
    return RunDirectoryError(
        f"{folder} is in use by another evalkit process (pid {lease.get('pid')} on {lease.get('host')}). Wait until it "
        f"has ended ({LIFETIME:.0f} s after it was killed), or choose another --out."
    )
