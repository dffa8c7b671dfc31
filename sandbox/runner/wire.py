"""Plain data as bytes, and back: the only form in which values cross between candidate and judge.

Decoding builds exact built-in types, those of `plain`, and nothing else, whatever the bytes say: no class of
the sender is looked up, no code of the sender runs. That is why it is not pickle. Everything that is not plain
data goes through the two functions `export` and `revive`, which turn it into plain data (a handle) and back.

One tag byte, then the body; integers little-endian. Containers are numbered as they begin, so that shared
references and cycles survive (tag R). Lists and tuples of only small ints or only floats travel as one block.
"""

import struct
from array import array
from collections.abc import Callable

from plain import EXACT, EXTENDED, base_of, is_array, pack_array, unpack_extended
from plain import WireError as WireError  # part of what this module offers

MAX_DEPTH = 200
MAX_NODES = 5_000_000
_U32 = struct.Struct("<I")
_I64 = struct.Struct("<q")
_F64 = struct.Struct("<d")
_BLOCK_OF = {int: "q", float: "d"}


class Encoder:
    """Turns one value into bytes. `export` gives the plain form of anything that is not plain data."""

    def __init__(self, export: Callable[[object], object]) -> None:
        self._export = export
        self._parts: list[bytes] = []
        self._numbers: dict[int, int] = {}
        self._plain: dict[int, object] = {}
        self._alive: list[object] = []  # an id stays taken only while its object lives
        self._nodes = 0

    def encode(self, value: object) -> bytes:
        """The bytes of `value`. Raises WireError when it is deeper than 200 or has over 5 million nodes."""
        self._put(value, 0)
        return b"".join(self._parts)

    def _check(self, nodes: int, depth: int) -> None:
        self._nodes += nodes
        if depth > MAX_DEPTH or self._nodes > MAX_NODES:
            raise WireError("value is too deep or too large to cross the sandbox")

    def _put(self, value: object, depth: int) -> None:
        self._check(1, depth)
        kind = type(value)
        if kind in _SCALARS:
            self._parts.append(_SCALARS[kind](value))
        elif kind in _CONTAINERS:
            self._put_container(value, kind, depth)
        elif is_array(kind, value):
            self._tagged(b"X", ("array", pack_array(value)), depth)
        elif (base := base_of(kind)) in EXACT:
            self._put_plain(value, EXACT[base], depth)
        elif base in EXTENDED:
            self._tagged(b"X", (base.__name__, EXTENDED[base](value)), depth)
        else:
            self._tagged(b"H", self._export(value), depth)

    def _put_plain(self, value: object, convert: Callable[..., object], depth: int) -> None:
        """An instance of a subclass as its built-in base type; the same each time, so that cycles end."""
        if id(value) not in self._plain:
            self._plain[id(value)] = convert(value)
            self._alive.append(value)
        self._put(self._plain[id(value)], depth)

    def _tagged(self, tag: bytes, plain: object, depth: int) -> None:
        self._parts.append(tag)
        self._put(plain, depth + 1)

    def _put_container(self, value: object, kind: type, depth: int) -> None:
        known = self._numbers.get(id(value))
        if known is not None:
            self._parts.append(b"R" + _U32.pack(known))
            return
        self._numbers[id(value)] = len(self._numbers)
        self._alive.append(value)
        if kind is bytearray:
            self._parts.append(_sized(b"B", bytes(value)))  # type: ignore[call-overload]  # kind says what it is
        elif not self._put_block(value, kind):
            self._put_items(value, kind, depth)

    def _put_block(self, value: object, kind: type) -> bool:
        if kind not in (list, tuple) or len(value) < 4:  # type: ignore[arg-type]  # kind says what it is
            return False
        code = _BLOCK_OF.get(type(value[0]))  # type: ignore[index]  # kind says what it is
        if code is None or len(set(map(type, value))) != 1:  # type: ignore[call-overload]  # kind says what it is
            return False
        try:
            body = array(code, value).tobytes()  # type: ignore[call-overload]  # kind says what it is
        except OverflowError:  # an int beyond 64 bits: item by item instead
            return False
        self._check(len(value), 0)  # type: ignore[arg-type]  # kind says what it is
        self._parts.append(b"v" + _CONTAINERS[kind] + code.encode() + _U32.pack(len(body) // 8) + body)
        return True

    def _put_items(self, value: object, kind: type, depth: int) -> None:
        self._parts.append(_CONTAINERS[kind] + _U32.pack(len(value)))  # type: ignore[arg-type]  # kind says
        if kind is dict:
            for key, item in value.items():  # type: ignore[attr-defined]  # kind says what it is
                self._put(key, depth + 1)
                self._put(item, depth + 1)
        else:
            for item in value:  # type: ignore[attr-defined]  # kind says what it is
                self._put(item, depth + 1)


def encode_scalars(items: tuple[object, ...]) -> bytes | None:
    """What an Encoder makes of a tuple that holds exact scalars only, as most messages do; None for any other."""
    parts = [b"t" + _U32.pack(len(items))]
    for item in items:
        put = _SCALARS.get(type(item))
        if put is None:
            return None
        parts.append(put(item))
    return b"".join(parts)


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
_CONTAINERS: dict[type, bytes] = {
    list: b"l", dict: b"d", set: b"S", bytearray: b"B", tuple: b"t", frozenset: b"Z",
}  # fmt: skip


def _sized(tag: bytes, body: bytes) -> bytes:
    return tag + _U32.pack(len(body)) + body


def _int(value: int) -> bytes:
    if -(2**63) <= value < 2**63:
        return b"i" + _I64.pack(value)
    return _sized(b"I", value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True))


_SCALARS: dict[type, Callable[..., bytes]] = {
    type(None): lambda value: b"N",
    type(...): lambda value: b"E",
    type(NotImplemented): lambda value: b"M",
    bool: lambda value: b"T" if value else b"F",
    int: _int,
    float: lambda value: b"f" + _F64.pack(value),
    complex: lambda value: b"c" + _F64.pack(value.real) + _F64.pack(value.imag),
    str: lambda value: _sized(b"s", value.encode("utf-8", "surrogatepass")),
    bytes: lambda value: _sized(b"b", value),
}
