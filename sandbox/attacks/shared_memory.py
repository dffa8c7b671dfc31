"""shared memory: leaves something in System V or POSIX shared memory or in a message queue."""

import ctypes
import os


def attack():
    gained = []
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.shmget(0x65766B, 4096, 0o1666) >= 0:
        gained.append("shmget")
    if libc.msgget(0x65766B, 0o1666) >= 0:
        gained.append("msgget")
    for folder in ("/dev/shm", "/dev/mqueue"):
        try:
            os.close(os.open(os.path.join(folder, "planted"), os.O_CREAT | os.O_RDWR, 0o600))
        except OSError:
            continue
        gained.append(folder)
    return ", ".join(gained)
