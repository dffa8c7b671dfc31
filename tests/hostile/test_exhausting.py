"""B: programs that take all of something. What they took is given back before the next sample."""

import textwrap

import pytest

from evalkit.types import Limits, Status

LIMITS = Limits(cpu_seconds=1.0, wall_seconds=3.0)
SHORT, AMPLE = Limits(cpu_seconds=0.5, wall_seconds=1.5), Limits(cpu_seconds=8.0, wall_seconds=40.0)
ONE_TEST = "from solution import f\n\n\ndef test_equal():\n    assert f(2) == 7\n"
TIMEOUT, MEMORY, OUTPUT = {Status.TIMEOUT}, {Status.OUT_OF_MEMORY}, {Status.OUTPUT_LIMIT}
CRASHED, ERROR, FAILED = {Status.CRASHED}, {Status.ERROR}, {Status.FAILED}
# Which limit a bomb meets first depends on the machine; that it meets one does not.
BOMB = TIMEOUT | MEMORY | ERROR

PROGRAMS = {
    "B26-fork-bomb": (BOMB, """
        import os
        def f(x):
            while True:
                try:
                    if os.fork() == 0:
                        os.setsid()
                        if os.fork(): os._exit(0)
                except OSError: pass"""),
    "B27-thread-bomb": (BOMB | CRASHED, """
        import threading, time
        def f(x):
            while True:
                try: threading.Thread(target=time.sleep, args=(99,)).start()
                except RuntimeError: time.sleep(0.01)"""),
    "B28-memory-sudden": (MEMORY, """
        def f(x): return len(bytearray(b"x") * 2**33)"""),
    "B28-memory-slow": (MEMORY, """
        import time
        def f(x):
            hoard = []
            while True: hoard.append(bytearray(b"x" * 2**24)); time.sleep(0.002)"""),
    "B28-memory-in-forks": (BOMB, """
        import os, time
        def f(x):
            for _ in range(12):
                if os.fork() == 0: hoard = bytearray(b"x" * 2**27); time.sleep(99)
            time.sleep(99)"""),
    "B30-stdout": (OUTPUT, """
        def f(x):
            while True: print("x" * 1000)"""),
    "B30-stderr": (OUTPUT, """
        import os
        def f(x):
            while True: os.write(2, b"x" * 2**16)"""),
    "B30-from-a-fork": (OUTPUT, """
        import os, time
        def f(x):
            if os.fork() == 0:
                while True: os.write(1, b"x" * 2**16)
            time.sleep(99)"""),
    "B31-busy": (TIMEOUT, """
        import signal
        for number in range(1, 65):
            try: signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError): pass
        signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
        def f(x):
            while True: pass"""),
    "B31-busy-in-forks": (TIMEOUT, """
        import os, time
        def f(x):
            for _ in range(4): os.fork()
            while True: pass"""),
    "B31-catches-all": (TIMEOUT, """
        def f(x):
            while True:
                try:
                    while True: pass
                except BaseException: continue"""),
    "B31-stops-itself": (TIMEOUT, """
        import os, signal
        def f(x): os.kill(os.getpid(), signal.SIGSTOP)"""),
    "B31-sleeps": (TIMEOUT, """
        import time
        def f(x): time.sleep(10**6)"""),
    "B31-waits-for-input": (ERROR, """
        def f(x): return input()"""),
    "B31-deadlock": (TIMEOUT, """
        import threading
        def f(x):
            lock = threading.Lock(); lock.acquire(); lock.acquire()"""),
    "B32-regex": (TIMEOUT, """
        import re
        def f(x): return re.match("(a+)+$", "a" * 40 + "b")"""),
    "B32-power": (TIMEOUT | MEMORY, """
        def f(x): return 10 ** 10 ** 9"""),
    "B32-product": (TIMEOUT, """
        import itertools
        def f(x): return sum(1 for _ in itertools.product(range(10**3), repeat=9))"""),
    "B33-stack-overflow": (CRASHED | MEMORY | TIMEOUT, """
        import sys
        sys.setrecursionlimit(10**9)
        class X:
            def __getattr__(self, name): return getattr(self, name + "x")
        def f(x): return X().y"""),
    "B33-recursion": (ERROR, """
        def f(x): return f(x)"""),
    "B33-null": (CRASHED, """
        import ctypes
        def f(x): return ctypes.string_at(0)"""),
    "B33-abort": (CRASHED, """
        import os
        def f(x): os.abort()"""),
    "B33-illegal-exit-signal": (CRASHED, """
        import os, signal
        def f(x): os.kill(os.getpid(), signal.SIGKILL)"""),
    "B34-message-of-a-gigabyte": (ERROR | MEMORY, """
        def f(x): raise ValueError("x" * 2**28)"""),
    "B34-message-without-end": (TIMEOUT | MEMORY | ERROR, """
        class Long(Exception):
            def __str__(self):
                text = "x"
                while True: text += text
        def f(x): raise Long"""),
    "B35-cycle": (FAILED, """
        def f(x):
            ring = []
            ring.append(ring)
            return ring"""),
    "B35-million-deep": (ERROR, """
        def f(x):
            value = []
            for _ in range(10**6): value = [value]
            return value"""),
    "B35-ten-million-elements": (ERROR | MEMORY | TIMEOUT, """
        def f(x): return [None] * 10**7"""),
    "B35-million-digits": (FAILED, """
        def f(x): return 1 << 4_000_000"""),
    "B35-shared-a-billion-times": (FAILED, """
        def f(x):
            value = [7] * 9
            for _ in range(90): value = [value] * 9
            return value"""),
    "B35-one-hash": (FAILED | TIMEOUT, """
        def f(x): return [n * (2**61 - 1) for n in range(3000)]"""),
    "B36-descriptors": (ERROR, """
        import os
        def f(x):
            held = []
            while True: held.append(os.open("/dev/null", os.O_RDONLY))"""),
    "B36-terabyte": (ERROR | CRASHED, """
        def f(x):
            with open("sparse", "wb") as file: file.truncate(2**40)"""),
    "B36-core-dump": (CRASHED, """
        import os, resource
        def f(x):
            try: resource.setrlimit(resource.RLIMIT_CORE, (2**30, 2**30))
            except (OSError, ValueError): pass
            os.abort()"""),
    "B36-zip-bomb": (MEMORY | TIMEOUT, """
        import zlib
        def f(x):
            packed = zlib.compress(bytes(2**26))
            return [zlib.decompress(packed) + b"x" for _ in range(50)]"""),
    "B37-grandchild-keeps-output": (ERROR | FAILED, """
        import os, time
        def f(x):
            if os.fork() == 0:
                os.setsid()
                if os.fork(): os._exit(0)
                time.sleep(10**6)
            return 0"""),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", PROGRAMS)
def test_it_ends_and_gives_everything_back(survive, name):
    statuses, source = PROGRAMS[name]
    limits = SHORT if statuses == TIMEOUT else AMPLE if statuses == MEMORY else LIMITS
    outcome = survive(textwrap.dedent(source), ONE_TEST, limits)["test_equal"]
    assert outcome.status in statuses, outcome


FILLERS = {
    "B29-bytes": "    for n in range(99):\n        with open(f'filler{n}', 'wb') as file: file.write(bytes(2**22))",
    "B29-inodes": "    for n in range(10**5): open(f'empty{n}', 'w').close()",
    "B29-folders": "    while True: os.mkdir('d'); os.chdir('d')",
    "B29-locked": "    os.makedirs('a/b/c'); open('a/b/c/file', 'w').close(); os.chmod('a/b', 0); os.chmod('a', 0)",
    "B29-odd-names": "    for name in ('\\n', '-rf', '\\udcff', 'x' * 255, '...'): open(name, 'w').close()",
    "B29-links": "    os.symlink('/', 'root'); os.symlink('loop', 'loop'); os.mkfifo('fifo'); os.link('fifo', 'again')",
    "B29-shared-memory": "    open('/dev/shm/left', 'wb').write(bytes(2**24))",
    "B29-message-queues": "    import ctypes; ctypes.CDLL(None).mq_open(b'/left', 0o102, 0o600, None)",
    "B29-unlinked": "    file = open('gone', 'wb'); os.unlink('gone')\n    while True: file.write(bytes(2**20))",
}


@pytest.mark.parametrize("name", FILLERS)
def test_filled_places_are_emptied(survive, name):
    survive(f"import os\ndef f(x):\n{FILLERS[name]}\n    return 0\n", ONE_TEST)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["B31-busy", "B31-sleeps", "B26-fork-bomb", "B32-power"])
def test_it_is_ended_at_its_own_limit(survive, name):
    """By the keeper, and not by those who wait for it, whose patience ends much later and who say so."""
    limits = Limits(cpu_seconds=0.5, wall_seconds=1.0)
    (outcome,) = survive(textwrap.dedent(PROGRAMS[name][1]), ONE_TEST, limits).values()
    limit = ("not over after 0.5 s of processor time or 1 s", "started more than", "used more than")
    assert outcome.message.startswith(limit), outcome
