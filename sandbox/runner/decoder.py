"""Bytes back to plain data, of exact built-in types, whatever the bytes say; `wire` tells the format."""

import struct
from array import array
from collections.abc import Callable

from plain import WireError, unpack_extended
from wire import MAX_DEPTH, MAX_NODES

_U32 = struct.Struct("<I")
_I64 = struct.Struct("<q")
_F64 = struct.Struct("<d")


class Decoder:
    """Rebuilds one value. `revive` gives the object behind a handle; `mutable` tells whether any was built."""

    def __init__(self, data: bytes, revive: Callable[[object], object]) -> None:
        self._data = data
        self._at = 0
        self._revive = revive
        self._numbered: list[object] = []
        self._nodes = 0
        self.mutable = False

    def decode(self) -> object:
        """The value. Raises WireError for anything that is not exactly one well-formed value."""
        try:
            value = self._take(0)
        except Exception as error:  # whatever a constructor says to such bytes, it is the bytes that are wrong
            raise WireError(f"malformed value: {error}") from error
        if self._at != len(self._data):
            raise WireError("bytes after the value")
        return value

    def _bytes(self, count: int) -> bytes:
        end = self._at + count
        if end > len(self._data):
            raise WireError("value is cut off")
        piece = self._data[self._at : end]
        self._at = end
        return piece

    def _count(self) -> int:
        count = int(_U32.unpack(self._bytes(4))[0])
        if count > len(self._data):  # each item takes at least a byte: never allocate on a claim
            raise WireError("length claims more than there is")
        return count

    def _check(self, nodes: int, depth: int) -> None:
        self._nodes += nodes
        if depth > MAX_DEPTH or self._nodes > MAX_NODES:
            raise WireError("value is too deep or too large to cross the sandbox")

    def _take(self, depth: int) -> object:
        self._nodes += 1
        if depth > MAX_DEPTH or self._nodes > MAX_NODES:
            self._check(0, depth)
        at = self._at
        code = self._data[at]  # an IndexError at the end, which `decode` tells as what it is
        self._at = at + 1
        if code in _CONSTANTS:
            return _CONSTANTS[code]
        if code in _FIXED:
            self._at = at + 9
            return _FIXED[code].unpack_from(self._data, at + 1)[0]
        tag = self._data[at : at + 1]
        if tag in b"cIsb":
            return self._scalar(tag)
        if tag in b"ldSBtZv":
            return self._container(tag, depth)
        if tag == b"R":
            return self._reference()
        if tag == b"X":
            return unpack_extended(self._take(depth + 1))
        if tag == b"H":
            return self._revive(self._take(depth + 1))
        raise WireError(f"unknown tag {tag!r}")

    def _reference(self) -> object:
        number = int(_U32.unpack(self._bytes(4))[0])
        if number >= len(self._numbered) or self._numbered[number] is _UNFINISHED:
            raise WireError("reference to a value that is not there yet")
        return self._numbered[number]

    def _scalar(self, tag: bytes) -> object:
        if tag == b"c":
            return complex(_F64.unpack(self._bytes(8))[0], _F64.unpack(self._bytes(8))[0])
        body = self._bytes(self._count())
        if tag == b"I":
            return int.from_bytes(body, "little", signed=True)
        return body.decode("utf-8", "surrogatepass") if tag == b"s" else body

    def _container(self, tag: bytes, depth: int) -> object:
        number = len(self._numbered)
        self._numbered.append(_UNFINISHED)
        if tag in b"ldSB":
            self.mutable = True
        if tag == b"v":
            value: object = self._block()
        elif tag == b"B":
            value = bytearray(self._bytes(self._count()))
        elif tag in b"tZ":  # immutable: can only be built when its items are there
            items = [self._take(depth + 1) for _ in range(self._count())]
            value = tuple(items) if tag == b"t" else frozenset(items)
        else:
            return self._fill(tag, number, depth)
        self._numbered[number] = value
        return value

    def _block(self) -> object:
        tag, code = self._bytes(1), self._bytes(1)
        if tag not in b"lt" or code not in b"qd":
            raise WireError("unknown block")
        values = array(code.decode())
        count = self._count()
        self._check(count, 0)
        values.frombytes(self._bytes(8 * count))
        self.mutable |= tag == b"l"
        return values.tolist() if tag == b"l" else tuple(values)

    def _fill(self, tag: bytes, number: int, depth: int) -> object:
        count = self._count()
        if tag == b"l":
            numbers: list[object] = []
            self._numbered[number] = numbers
            for _ in range(count):
                numbers.append(self._take(depth + 1))
            return numbers
        if tag == b"S":
            members: set[object] = set()
            self._numbered[number] = members
            for _ in range(count):
                members.add(self._take(depth + 1))
            return members
        pairs: dict[object, object] = {}
        self._numbered[number] = pairs
        for _ in range(count):
            key = self._take(depth + 1)
            pairs[key] = self._take(depth + 1)
        return pairs


_UNFINISHED = object()
_CONSTANTS = {ord("N"): None, ord("T"): True, ord("F"): False, ord("E"): ..., ord("M"): NotImplemented}
_FIXED = {ord("i"): _I64, ord("f"): _F64}  # scalars of eight bytes
