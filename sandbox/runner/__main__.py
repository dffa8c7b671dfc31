"""Start of the runner inside a sandbox.

    runner supervisor JSON   take jobs on 0 and 1; the keeper is forked here, or reached over "control"
    runner keeper JSON       serve candidates on the socket "control"

JSON: {"control": fd or null, "judge_uid", "place": {kind, scratch, uid, rlimits_only},
"path": [folders both may import from], "judge_path": [folders only the judge may import from]}
"""

import json
import os
import socket
import sys

import keeper
from place import Place


def _fork_keeper(place: dict[str, object]) -> socket.socket:
    """The keeper as a child of the supervisor, forked before any job has been read."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    if os.fork() == 0:
        ours.close()
        null = os.open("/dev/null", os.O_RDWR)
        for fd in (0, 1):
            os.dup2(null, fd)
        keeper.main(theirs.detach(), Place(**place))  # type: ignore[arg-type]  # checked by Place itself
        os._exit(0)
    theirs.close()
    return ours


def _private_channel() -> tuple[int, int]:
    """Move the channel away from 0 and 1, so that nothing that prints or reads can touch it."""
    source, sink = os.dup(0), os.dup(1)
    null = os.open("/dev/null", os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    return source, sink


def main() -> None:
    """Dispatch on the first argument."""
    role, settings = sys.argv[1], json.loads(sys.argv[2])
    if role == "keeper":
        sys.path.extend(settings["path"])
        keeper.main(settings["control"], Place(**settings["place"]))
        return
    sys.path.extend(settings["path"])
    control = settings["control"]
    keeper_socket = _fork_keeper(settings["place"]) if control is None else socket.socket(fileno=control)
    source, sink = _private_channel()
    import supervisor  # after the fork of the keeper, which needs none of it

    sys.path.extend(settings["judge_path"])
    supervisor.main(source, sink, keeper_socket, settings["judge_uid"])


main()
