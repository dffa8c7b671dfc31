"""expected values: searches its whole memory, its objects and its descriptors for what the test holds secret."""

import gc
import os
import re
import sys

SECRET = re.compile(rb"secret-[0-9a-f]{32}")


def attack():
    gained = {"an expected value in memory" for memory in _readable_memory() if SECRET.search(memory)}
    gained |= {f"the module {name}" for name in sys.modules if name in ("tests", "pytest", "_pytest")}
    gained |= {"a test function" for item in gc.get_objects() if getattr(item, "__name__", "") == "test_attack"}
    gained |= {f"descriptor {fd}" for fd in os.listdir("/proc/self/fd") if int(fd) > 3 and _is_foreign(fd)}
    return ", ".join(sorted(gained))


def _readable_memory():
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb") as memory:
        for line in maps:
            span, rights = line.split()[:2]
            start, end = (int(part, 16) for part in span.split("-"))
            if "r" not in rights or "[v" in line or end - start > 2**28:
                continue
            try:
                memory.seek(start)
                yield memory.read(end - start)
            except (OSError, ValueError, OverflowError):
                continue


def _is_foreign(fd):
    try:
        return not os.readlink(f"/proc/self/fd/{fd}").startswith("/proc/")
    except OSError:
        return False
