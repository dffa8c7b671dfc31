"""output: prints for ever."""

import sys


def attack():
    while True:
        sys.stdout.write("x" * 2**16)
