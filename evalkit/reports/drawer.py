"""vl-convert in a process of its own, so that its engine starts while the report's tables are made.

The engine takes longer to start than all else in a small report together, and inside this process nothing else would
go on meanwhile. Run as a program, this file is that process: a specification in, a drawing out, a line of JSON each.
It must import next to nothing.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_EXAMPLE = (
    '{"data": {"values": [{"a": 1}]}, "mark": "point", "encoding": {"x": {"field": "a", "type": "quantitative"}}}'
)


def draw(specification: str, version: str) -> str:
    """The SVG of a Vega-Lite specification, by the drawer where one is there. Raises ValueError where it is none."""
    drawer = _drawer.get()
    if drawer is not None and (answer := drawer.ask(specification, version)):
        if "error" in answer:
            raise ValueError(answer["error"])
        return answer["svg"]
    return _drawn(specification, version)


@contextmanager
def drawer_beside(version: str) -> Iterator[None]:
    """Inside, charts are drawn by another process, which starts at once. Without one they are drawn here."""
    try:
        drawer = _Drawer(version)
    except OSError:  # no process to be had
        yield
        return
    token = _drawer.set(drawer)
    try:
        yield
    finally:
        _drawer.reset(token)
        drawer.close()


class _Drawer:
    def __init__(self, version: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", __file__, version],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )

    def ask(self, specification: str, version: str) -> dict[str, str]:
        """The answer; empty where the process has ended."""
        assert self._process.stdin
        assert self._process.stdout
        try:
            self._process.stdin.write(json.dumps([specification, version]) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except OSError:
            return {}
        return json.loads(line) if line.endswith("\n") else {}

    def close(self) -> None:
        """It may be busy with a start that nobody needed; nothing is lost by ending it."""
        self._process.kill()
        self._process.communicate()


_drawer: ContextVar[_Drawer | None] = ContextVar("drawer", default=None)


def _drawn(specification: str, version: str) -> str:
    import vl_convert

    drawn: str = vl_convert.vegalite_to_svg(specification, vl_version=version)
    return drawn


def _serve(version: str) -> None:
    _drawn(_EXAMPLE, version)
    for line in sys.stdin:
        try:
            answer = {"svg": _drawn(*json.loads(line))}
        except ValueError as error:
            answer = {"error": str(error)}
        print(json.dumps(answer), flush=True)  # the answer itself: who asked waits for the line


if __name__ == "__main__":
    _serve(sys.argv[1])
