"""wall time: uses no processor time and never answers."""

import time


def attack():
    time.sleep(3600)
