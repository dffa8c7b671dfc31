"""Tests that compare a solution with a reference on many inputs. Runs in the judge, as part of a test.

The reference is part of the tests, like the code of any test, and so runs in a judge too; the candidate sees arguments
only. It answers with digests of its outputs (see batch). Those of the reference's outputs are learned once, in a
process that never meets a candidate. Where the two are equal, so are the outputs; where they differ or nothing
was learned, the output itself is fetched and compared with the reference's by the rules of `comparison`.
"""

import base64
import reprlib
import struct
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from argument_lists import parse
from batch import DIGEST_BYTES, digest_of, is_told_by_text, text_of, value_of
from comparison import Comparison, is_floats
from crossing import StandIn, crossed
from wire import WireError

_FIRST_CALLS, _GROWTH, _MOST_CALLS = 8, 4, 2048  # calls per batch: a solution that is wrong is mostly wrong at once
_MOST_CHARACTERS = 4 * 2**20  # of arguments in a batch, unless one call alone has more
_HEADER = struct.Struct("<I")
_SHOWN = reprlib.Repr()
_SHOWN.maxstring = _SHOWN.maxother = 60

learned: dict[str, str] = {}
"""What `Differential.learn` gave for the tests of this job, by name, in base 64. Set before the tests are executed."""


class Differential:
    """A solution must agree with a reference on each of the inputs."""

    def __init__(
        self, name: str, reference: str, entry_point: str, inputs: str, tolerance: float = 0, oracle: str = ""
    ) -> None:
        """`name` is unique within the tests; `reference` is the source of a module that defines `entry_point`.

        `inputs`: one argument list per line, see argument_lists. `tolerance` and `oracle`: see comparison.Comparison.
        """
        self.name = name
        self._reference = reference
        self._entry_point = entry_point
        self._lines = inputs.split("\n") if inputs else []
        self._rule = tolerance, oracle
        self._function: Callable[..., object] | None = None

    def assert_agrees(self, solution: Callable[..., object]) -> None:
        """Call `solution` on every input; AssertionError at the first one it gets wrong."""
        floats_from, known = self._learned()
        comparison = Comparison(*self._rule)
        for number, digest, fetch in self._answers(solution):
            if digest and digest == known[number * DIGEST_BYTES : (number + 1) * DIGEST_BYTES]:
                continue
            if floats_from < number:
                comparison.expect_floats()
            self._compare(number, fetch, comparison)

    def learn(self) -> str:
        """Digests of the reference's outputs, in base 64; empty where digests cannot decide.

        They can where each output agrees with itself and no value of another type has the same text: not for NaN,
        nor for an oracle that refuses what the reference gave.
        """
        comparison = Comparison(*self._rule)
        floats_from, digests = len(self._lines), []
        for number, line in enumerate(self._lines):
            expected = self._expected(line)
            text = text_of(expected)
            if text is None or not is_told_by_text(expected):
                return ""
            if not comparison.agrees(parse(line), value_of(text), expected):
                return ""
            digests.append(digest_of(text))
            floats_from = min(floats_from, number) if is_floats(expected) else floats_from
        return base64.b64encode(_HEADER.pack(floats_from) + b"".join(digests)).decode()

    def _learned(self) -> tuple[int, bytes]:
        """The number of the first input for which floats are expected, and the digests; none when not of this size."""
        try:
            data = base64.b64decode(learned.get(self.name, ""))
        except ValueError:
            data = b""
        if len(data) != _HEADER.size + len(self._lines) * DIGEST_BYTES:
            return len(self._lines), b""
        return _HEADER.unpack_from(data)[0], data[_HEADER.size :]

    def _answers(self, solution: Callable[..., object]) -> Iterator[tuple[int, bytes, Callable[[], object]]]:
        """For each input its number, the digest of the output (empty when there is none), and how to get the output."""
        batches = _Batches(solution) if isinstance(solution, StandIn) else _Calls(solution)
        start, size = 0, _FIRST_CALLS
        while start < len(self._lines):
            lines = self._next_lines(start, size)
            digests, stopped = batches.run(lines)
            for number, digest in enumerate(digests):
                yield start + number, digest, lambda number=number: batches.fetch(number)  # type: ignore[misc]  # a default binds it
            start += len(digests)
            if stopped:
                yield start, b"", lambda digests=digests: batches.fetch(len(digests))  # type: ignore[misc]  # likewise
                start += 1
            size = min(size * _GROWTH, _MOST_CALLS)

    def _next_lines(self, start: int, size: int) -> list[str]:
        end, characters = start + 1, len(self._lines[start])
        while end < min(start + size, len(self._lines)):
            characters += len(self._lines[end])
            if characters > _MOST_CHARACTERS:
                break
            end += 1
        return self._lines[start:end]

    def _compare(self, number: int, fetch: Callable[[], object], comparison: Comparison) -> None:
        line = self._lines[number]
        place = f"input {number + 1} of {len(self._lines)}: {self._entry_point}({_shown_arguments(line)})"
        try:
            output = fetch()
        except BaseException as error:  # raised by the solution, or by the end of it: told with the place
            if crossed(error):
                error.add_note(place)
            raise
        expected = self._expected(line)
        if not comparison.agrees(parse(line), output, expected):
            raise AssertionError(f"{place} gave {_shown(output)}, expected {_shown(expected)}")

    def _expected(self, line: str) -> object:
        self._function = self._function or _function(self._reference, self._entry_point)
        return self._function(*parse(line))


class _Batches:
    """Calls of a function of the solution, many at a time."""

    def __init__(self, function: StandIn) -> None:
        self._function = function
        self._call = object.__getattribute__(function, "_call")

    def run(self, lines: list[str]) -> tuple[list[bytes], bool]:
        """Digests of the outputs for a first part of the lines, and whether a call stopped it there."""
        match self._call("batch", self._function, "\n".join(lines)):
            case (bytes(digests), bool(stopped)):
                count, rest = divmod(len(digests), DIGEST_BYTES)
                if rest == 0 and 0 < count + stopped <= len(lines):
                    step = range(0, len(digests), DIGEST_BYTES)
                    return [digests[at : at + DIGEST_BYTES] for at in step], stopped
        raise WireError("an answer that does not fit the batch of calls")

    def fetch(self, number: int) -> object:
        return self._call("batch_fetch", number)


class _Calls:
    """Calls of what the solution gave as plain data: a class that both ends have, or nothing that can be called."""

    def __init__(self, function: Callable[..., object]) -> None:
        self._function = function
        self._line = ""

    def run(self, lines: list[str]) -> tuple[list[bytes], bool]:
        self._line = lines[0]
        return [], True

    def fetch(self, number: int) -> object:
        return self._function(*parse(self._line))


def learn(namespace: Mapping[str, object]) -> dict[str, str]:
    """What is to be learned for the tests that define these names, by the names of their Differentials."""
    return {each.name: each.learn() for each in namespace.values() if isinstance(each, Differential)}


def _function(source: str, name: str) -> Callable[..., object]:
    namespace: dict[str, Any] = {"__name__": "reference"}
    exec(compile(source, "reference.py", "exec"), namespace)
    function: Callable[..., object] = namespace[name]
    return function


def _shown_arguments(line: str) -> str:
    return ", ".join(map(_shown, parse(line)))


def _shown(value: object) -> str:
    """A short form; integers of thousands of digits have none in Python."""
    try:
        return _SHOWN.repr(value)
    except ValueError:
        return f"{type(value).__name__} with a number too long to show"
