"""system calls: asks the kernel for namespaces, mounts, keys, tracing, and sockets that are not internet."""

import ctypes
import os
import socket

CALLS = {
    "x86_64": {"unshare": (272, 0x10000000), "keyctl": (250, 0, -3, 1), "io_uring_setup": (425, 8, 0), "bpf": (321, 0, 0, 0),
               "userfaultfd": (323, 0), "perf_event_open": (298, 0, 0, -1, -1, 0), "ptrace": (101, 0, 0, 0, 0)},
    "aarch64": {"unshare": (97, 0x10000000), "keyctl": (219, 0, -3, 1), "io_uring_setup": (425, 8, 0), "bpf": (280, 0, 0, 0),
                "userfaultfd": (282, 0), "perf_event_open": (241, 0, 0, -1, -1, 0), "ptrace": (117, 0, 0, 0, 0)},
}  # fmt: skip
EPERM, ENOSYS = 1, 38


def attack():
    libc = ctypes.CDLL(None, use_errno=True)
    open_calls = []
    for name, arguments in CALLS.get(os.uname().machine, {}).items():
        ctypes.set_errno(0)
        if libc.syscall(*arguments) >= 0 or ctypes.get_errno() not in (EPERM, ENOSYS):
            open_calls.append(name)
    for family in ("AF_NETLINK", "AF_PACKET", "AF_ALG", "AF_VSOCK"):
        try:
            socket.socket(getattr(socket, family), socket.SOCK_RAW if family == "AF_NETLINK" else socket.SOCK_STREAM)
        except OSError as error:
            if error.errno in (EPERM, ENOSYS):
                continue
            if family == "AF_PACKET":
                continue
        open_calls.append(family)
    return ", ".join(open_calls)
