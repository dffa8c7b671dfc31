"""Length-prefixed frames over a stream socket, a pipe or a file descriptor."""

import os
import struct

MAX_FRAME = 64 * 2**20
_HEADER = struct.Struct("<I")


class ConnectionClosed(Exception):
    """The other side is gone."""


class FrameTooLarge(ValueError):
    """A frame, or the claim of one, beyond the limit."""


def read_exactly(fd: int, count: int) -> bytes:
    """Read `count` bytes. Raises ConnectionClosed when the stream ends first."""
    pieces = []
    while count:
        try:
            piece = os.read(fd, min(count, 2**20))
        except ConnectionResetError as error:
            raise ConnectionClosed from error
        if not piece:
            raise ConnectionClosed
        pieces.append(piece)
        count -= len(piece)
    return b"".join(pieces)


def read_frame(fd: int, limit: int = MAX_FRAME) -> bytes:
    """One frame's body. The length is checked before anything is read or allocated."""
    (length,) = _HEADER.unpack(read_exactly(fd, _HEADER.size))
    if length > limit:
        raise FrameTooLarge(f"a frame of {length} bytes is over the limit of {limit}")
    return read_exactly(fd, length)


def frame(body: bytes, limit: int = MAX_FRAME) -> bytes:
    """The bytes of one frame. Raises FrameTooLarge."""
    if len(body) > limit:
        raise FrameTooLarge(f"a frame of {len(body)} bytes is over the limit of {limit}")
    return _HEADER.pack(len(body)) + body


def write_all(fd: int, data: bytes) -> None:
    """Send all of `data`. Raises ConnectionClosed when nobody listens any more."""
    try:
        sent = os.write(fd, data)
        if sent < len(data):
            rest = memoryview(data)[sent:]
            while rest:
                rest = rest[os.write(fd, rest) :]
    except (BrokenPipeError, ConnectionResetError) as error:
        raise ConnectionClosed from error


def write_frame(fd: int, body: bytes) -> None:
    """Send one frame. Raises FrameTooLarge, or ConnectionClosed when nobody listens any more."""
    write_all(fd, frame(body))
