"""Honest programs that a sandbox must not get in the way of."""

import textwrap

import pytest

from evalkit.types import Job, Limits, Status

LIMITS = Limits(cpu_seconds=3.0, wall_seconds=30.0)
PROGRAMS = {
    "prints-300-KB": ("""
        def f(x):
            for _ in range(3000): print("x" * 99)
            return 7""", "f(1) == 7"),
    "threads": ("""
        import threading
        def f(x):
            results = []
            threads = [threading.Thread(target=results.append, args=(n,)) for n in range(20)]
            for thread in threads: thread.start()
            for thread in threads: thread.join()
            return sorted(results)""", "f(1) == list(range(20))"),
    "thread-pool": ("""
        from concurrent.futures import ThreadPoolExecutor
        def f(x):
            with ThreadPoolExecutor(8) as pool: return list(pool.map(str, range(50)))""", "len(f(1)) == 50"),
    "process-pool": ("""
        import os
        def f(x):
            reading, writing = os.pipe()
            if os.fork() == 0: os.write(writing, b"child"); os._exit(0)
            os.wait()
            return os.read(reading, 9)""", "f(1) == b'child'"),
    "temporary-files": ("""
        import tempfile
        from pathlib import Path
        def f(x):
            with tempfile.TemporaryDirectory() as folder, tempfile.NamedTemporaryFile("w+") as file:
                file.write("text"); file.flush()
                Path(folder, "a", "b").mkdir(parents=True)
                Path("here.txt").write_text("kept")
                return Path(file.name).read_text(), Path("here.txt").read_text()""", "f(1) == ('text', 'kept')"),
    "its-own-subprocess": ("""
        import subprocess, sys
        def f(x):
            return subprocess.run([sys.executable, "-c", "print(6 * 7)"], capture_output=True, text=True).stdout""",
        "f(1) == '42\\n'"),
    "a-shell-command": ("""
        import subprocess
        def f(x): return subprocess.check_output("echo hello | cat", shell=True)""", "f(1) == b'hello\\n'"),
    "recursion-to-900": ("""
        def f(x): return 0 if x == 0 else 1 + f(x - 1)""", "f(900) == 900"),
    "deep-recursion-it-asked-for": ("""
        import sys
        sys.setrecursionlimit(20_000)
        def f(x): return 0 if x == 0 else 1 + f(x - 1)""", "f(10_000) == 10_000"),
    "numpy": ("""
        import numpy as np
        def f(x): return float(np.linalg.norm(np.arange(5.0) @ np.eye(5)) ** 2)""", "abs(f(1) - 30.0) < 1e-9"),
    "a-float-for-an-int": ("""
        def f(x): return 2.0""", "f(1) == 2"),
    "an-int-for-a-bool": ("""
        def f(x): return 1""", "f(1) == True"),
    "asyncio": ("""
        import asyncio
        async def work(n): await asyncio.sleep(0.01); return n
        async def main(): return await asyncio.gather(*map(work, range(5)))
        def f(x): return asyncio.run(main())""", "f(1) == [0, 1, 2, 3, 4]"),
    "a-server-and-its-client": ("""
        import socket, threading
        def f(x):
            server = socket.create_server(("127.0.0.1", 0))
            threading.Thread(target=lambda: server.accept()[0].sendall(b"hello")).start()
            return socket.create_connection(server.getsockname()).recv(99)""", "f(1) == b'hello'"),
    "time-zones": ("""
        from datetime import datetime
        from zoneinfo import ZoneInfo
        def f(x): return datetime(2024, 7, 1, 12, tzinfo=ZoneInfo("Europe/Berlin")).utcoffset().total_seconds()""",
        "f(1) == 7200"),
    "sqlite": ("""
        import sqlite3
        def f(x):
            with sqlite3.connect("here.db") as db: return db.execute("select 6 * 7").fetchone()""", "f(1) == (42,)"),
    "100-MB": ("""
        def f(x): return len(bytearray(10**8))""", "f(1) == 10**8"),
    "a-million-numbers": ("""
        def f(x): return list(range(10**6))""", "f(1) == list(range(10**6))"),
    "standard-input-is-empty": ("""
        import sys
        def f(x): return sys.stdin.read()""", "f(1) == ''"),
    "exits-in-a-subprocess": ("""
        import subprocess, sys
        def f(x): return subprocess.call([sys.executable, "-c", "raise SystemExit(3)"])""", "f(1) == 3"),
    "signals-to-itself": ("""
        import signal
        def f(x):
            seen = []
            signal.signal(signal.SIGUSR1, lambda *a: seen.append(1))
            signal.raise_signal(signal.SIGUSR1)
            return seen""", "f(1) == [1]"),
    "random-and-time": ("""
        import random, time, uuid, secrets
        def f(x): return len({random.random(), time.time(), uuid.uuid4(), secrets.token_hex()})""", "f(1) == 4"),
}  # fmt: skip


@pytest.mark.parametrize("name", PROGRAMS)
def test_it_passes(survive, name):
    source, check = PROGRAMS[name]
    tests = f"import pytest\nfrom solution import f\n\ndef test_it():\n    assert {check}\n"
    survive(textwrap.dedent(source), tests, LIMITS, passes=True)


def test_a_program_that_waits_is_within_its_limit(sandbox):
    """Processor time is what counts: waiting for two seconds is fine with one second of it."""
    tests = "from solution import f\ndef test_it():\n    assert f(1) == 7\n"
    source = "import time\ndef f(x):\n    time.sleep(2)\n    return 7\n"
    (outcome,) = sandbox.judge(Job(source, "f", tests, ("test_it",), Limits(cpu_seconds=1.0, wall_seconds=20.0)))
    assert outcome.status is Status.PASSED, outcome
