"""Length-prefixed frames over a stream socket, a pipe or a file descriptor."""

import os
import select
import struct

MAX_FRAME = 64 * 2**20
_HEADER = struct.Struct("<I")
_PIECE = 2**16  # bytes to ask for at least: what has come already is read at once


class ConnectionClosed(Exception):
    """The other side is gone."""


class FrameTooLarge(ValueError):
    """A frame, or the claim of one, beyond the limit."""


def read_exactly(fd: int, count: int) -> bytes:
    """Read `count` bytes. Raises ConnectionClosed when the stream ends first."""
    pieces = []
    while count:
        pieces.append(_read(fd, count))
        count -= len(pieces[-1])
    return b"".join(pieces)


def _read(fd: int, most: int) -> bytes:
    """What has come, up to `most` bytes and 1 MiB. Raises ConnectionClosed at the end."""
    try:
        piece = os.read(fd, min(most, 2**20))
    except ConnectionResetError as error:
        raise ConnectionClosed from error
    if not piece:
        raise ConnectionClosed
    return piece


def read_frame(fd: int, limit: int = MAX_FRAME) -> bytes:
    """One frame's body. The length is checked before anything is read or allocated."""
    (length,) = _HEADER.unpack(read_exactly(fd, _HEADER.size))
    if length > limit:
        raise FrameTooLarge(f"a frame of {length} bytes is over the limit of {limit}")
    return read_exactly(fd, length)


class FrameReader:
    """Frames of a stream that nobody else reads from: those that have come together are read together."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._ahead = b""

    def next(self) -> bytes:
        """Like read_frame."""
        (length,) = _HEADER.unpack(self._take(_HEADER.size))
        if length > MAX_FRAME:
            raise FrameTooLarge(f"a frame of {length} bytes is over the limit of {MAX_FRAME}")
        return self._take(length)

    def has_more(self) -> bool:
        """Whether a frame has come, or begun to."""
        return bool(self._ahead) or bool(select.select([self._fd], [], [], 0)[0])

    def _take(self, count: int) -> bytes:
        lacking = count - len(self._ahead)
        pieces = [self._ahead]
        while lacking > 0:
            pieces.append(_read(self._fd, max(_PIECE, lacking)))
            lacking -= len(pieces[-1])
        data = b"".join(pieces)
        self._ahead = data[count:]
        return data[:count]


def is_readable(fd: int, host: int, seconds: float) -> bool:
    """Wait until `fd` can be read. Ends this process when the host has gone; that it has sent more does not matter."""
    events = select.poll()
    events.register(fd, select.POLLIN)
    events.register(host, 0)  # its end is told unasked
    ready = dict(events.poll(1000 * seconds))
    if host in ready:
        os._exit(0)
    return fd in ready


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
