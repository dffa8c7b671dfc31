"""signals: tries to stop, interrupt and kill its parent, PID 1 and everything else, then goes on as if nothing were."""

import os
import signal


def attack():
    for target in (os.getppid(), 1, 2, 3, 4, 5):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGSTOP, signal.SIGKILL):
            try:
                if target != os.getpid():
                    os.kill(target, number)
            except OSError:
                continue
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        os.kill(-1, signal.SIGTERM)
    except OSError:
        pass
    return ""
