"""forged answers: writes made-up messages and garbage to every descriptor there is."""

import os


def attack():
    lie = b"\x1a\x00\x00\x00" + b't\x04\x00\x00\x00s\x04\x00\x00\x00donei\x01\x00\x00\x00\x00\x00\x00\x00s\x00\x00\x00\x00N'
    for fd in range(64):
        for body in (lie, b"\xff" * 64, b'["test_attack", "passed", ""]\n', b"\n1 passed in 0.01s\n"):
            try:
                os.write(fd, body)
            except OSError:
                continue
    return "wrote what it liked"
