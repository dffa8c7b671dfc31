"""Plain data as bytes: the only form in which values cross between candidate and judge.

Decoding (`decoder`) builds exact built-in types, those of `plain`, and nothing else, whatever the bytes say: no class
of the sender is looked up, no code of the sender runs. That is why it is not pickle. Everything that is not plain
data goes through the two functions `export` and `revive`, which turn it into plain data (a handle) and back.

One tag byte, then the body; integers little-endian. Containers are numbered as they begin, so that shared
references and cycles survive (tag R). Lists and tuples of only small ints or only floats travel as one block.
"""

import struct
from array import array
from collections.abc import Callable

from plain import EXACT, EXTENDED, base_of, is_array, pack_array
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
