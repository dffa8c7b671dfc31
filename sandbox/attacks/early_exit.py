"""early exit: ends the process with a code that looks like success."""

import os


def attack():
    os._exit(0)
