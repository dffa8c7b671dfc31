"""Many calls of one function in one message: the candidate's end, and the digests by which both ends name a value.

The judge sends argument lists, the candidate answers with a digest of each output. Equal digests mean equal outputs
of equal types, so nothing else needs to cross; a digest that differs from the expected one says nothing yet, and the
judge fetches that output itself. A candidate that can give the right digest knows the right output.

A digest is taken over marshal's bytes in version 2, which are made at C speed, hold no references and are the same for
the same value. Nobody ever decodes bytes that another process made.
"""

import marshal
from _blake2 import blake2b  # hashlib's own, without the libraries that hashlib loads beside it
from collections.abc import Callable

from argument_lists import parse

DIGEST_BYTES = 16
_VERSION = 2  # of marshal: binary floats, but no references, which would depend on what else holds an object
_KEPT_BYTES = 2**20  # of outputs, in marshal's form, after which an answer is sent: outputs stay until the next batch
_LEAVES = frozenset({type(None), bool, int, float, complex, str})


def text_of(value: object) -> bytes | None:
    """Bytes that name `value`; None where it holds anything but exact built-in types, or is too deep."""
    try:
        return marshal.dumps(value, _VERSION)  # type: ignore[arg-type]  # what it cannot name it refuses
    except ValueError:
        return None


def digest_of(text: bytes) -> bytes:
    """16 bytes that stand for the text."""
    return blake2b(text, digest_size=DIGEST_BYTES).digest()


def value_of(text: bytes) -> object:
    """The value that text_of was given. Only for a text that this process made."""
    return marshal.loads(text)


def is_told_by_text(value: object) -> bool:
    """Whether its text is the text of no value of another type: marshal writes all that has a buffer like bytes."""
    kind = type(value)
    if kind in _LEAVES:
        return True
    if kind not in (list, tuple, set, frozenset, dict):
        return False
    items = [*value, *value.values()] if kind is dict else value  # type: ignore[attr-defined,misc]  # kind says
    return set(map(type, items)) <= _LEAVES or all(map(is_told_by_text, items))  # type: ignore[call-overload]  # same


class Batch:
    """Runs in the candidate. Holds the outputs of the last batch until the next one."""

    def __init__(self) -> None:
        self._values: list[object] = []
        self._texts: list[bytes] = []
        self._last: Callable[[], object] | None = None

    def run(self, function: Callable[..., object], lines: str) -> tuple[bytes, bool]:
        """Call `function` on each line's argument list. Digests of the outputs, and whether a call stopped it.

        It stops after a call that raises or whose output has no text: `fetch` gives what came of it. Too many bytes
        of outputs end a batch as well.
        """
        self._values, self._texts, self._last = [], [], None
        digests, size = [], 0
        for line in lines.split("\n"):
            text = self._call(function, line)
            if text is None:
                break
            digests.append(digest_of(text))
            size += len(text)
            if size > _KEPT_BYTES:
                break
        return b"".join(digests), self._last is not None

    def _call(self, function: Callable[..., object], line: str) -> bytes | None:
        try:
            value = function(*parse(line))  # parsed for each call: it may change its arguments
        except BaseException as error:  # whatever the code raised belongs to the caller, exits included
            self._last = _raising(error)
            return None
        text = text_of(value)
        if text is None:
            self._last = lambda: value
            return None
        self._values.append(value)
        self._texts.append(text)
        return text

    def fetch(self, number: int) -> object:
        """Output `number` of the last batch as it was when its call ended, or what the call after the last raised."""
        if number == len(self._values) and self._last is not None:
            return self._last()
        value, text = self._values[number], self._texts[number]
        return value if text_of(value) == text else value_of(text)  # changed by a later call


def _raising(error: BaseException) -> Callable[[], object]:
    def raise_it() -> object:
        raise error

    return raise_it
