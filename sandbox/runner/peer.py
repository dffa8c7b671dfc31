"""One end of the connection between judge and candidate; both ends run this same code.

A message is one frame holding one tuple:
    ("call", id, parent, operation, operands...)   do something with an object of the receiver
    ("done", id, value, arguments or None)         what came of call `id`; arguments when they were changed in place
    ("raised", id, exception)                      call `id` raised

`parent` is the call of the receiver during which this call is made (a callback), None for a call of the main thread,
0 for one of any other thread. The thread that waits for the parent serves the call, as plain Python would; else the
main thread, or a thread of its own: threads that wait for each other must not have to share one.

Which operations are served, and on what, is said in `operations` for the judge's end and in `candidate` for the other.
"""

import _thread
import contextlib
from collections.abc import Callable, Mapping
from typing import NoReturn

from crossing import Table
from decoder import Decoder
from frames import ConnectionClosed, FrameReader, FrameTooLarge, frame, write_all
from in_place import holds_mutable, update_in_place
from operations import OPERATIONS
from turn import Turn
from wire import Encoder, WireError, encode_scalars

_CHANGING = ("invoke", "special")  # operations that may change their operands


class PeerGone(BaseException):
    """The other process ended. Not an Exception, so that no test can take it for an expected error."""


class Peer:
    """Calls objects of the other process and serves calls to ours."""

    def __init__(self, fd: int, operations: Mapping[str, Callable[..., object]] = OPERATIONS) -> None:
        self._fd = fd
        self._frames = FrameReader(fd)
        self._operations = operations
        self.gone = False  # whether the other process ended
        self.broken = ""  # why the connection is of no use any more, when the other side misused it
        self.table = Table(self.call)
        self._turn = Turn()
        self._sending = _thread.allocate_lock()
        self._reading = False
        self._answers: dict[int, tuple[object, ...]] = {}
        self._nested: dict[int, list[tuple[object, ...]]] = {}
        self._fresh: list[tuple[object, ...]] = []
        self._next_id = 0
        self._serving = _thread._local()
        self._serving.number = None  # other threads have none of their own yet; see _parent

    def call(self, operation: str, *operands: object) -> object:
        """Do `operation` in the other process and return its result, or raise what it raised.

        Raises PeerGone when the process ended, WireError when a value cannot cross.
        """
        number = self._open()
        try:
            self._send("call", number, self._parent(), operation, *operands)
            return self._finish(number, operands)
        finally:
            self._forget(number)

    def _open(self) -> int:
        with self._turn:
            self._next_id += 1
            self._nested[self._next_id] = []
            return self._next_id

    def _forget(self, number: int) -> None:
        with self._turn:
            self._nested.pop(number, None)

    def _finish(self, number: int, operands: tuple[object, ...]) -> object:
        """What came of a call that was sent. `operands` are changed as the other process changed them."""
        answer = self._wait_for(number)
        if answer[0] == "raised":
            raise self._as_exception(answer[2])
        if answer[3] is not None:
            update_in_place(operands, answer[3])
        return answer[2]

    def close(self) -> None:
        """Never use the connection again, whatever stand-ins are left: its descriptor may be another's soon."""
        self.gone = True
        self._fd = -1
        self._frames = FrameReader(-1)

    def _parent(self) -> int | None:
        number: int | None = getattr(self._serving, "number", None)
        return number if number or _thread.get_ident() == _MAIN else 0

    def serve(self) -> None:
        """Serve calls until the other side closes the connection."""
        while True:
            try:
                message = self._next_message(None)
            except PeerGone:
                return
            self._answer(message)

    def _wait_for(self, number: int) -> tuple[object, ...]:
        while True:
            message = self._next_message(number)
            if message[0] != "call":
                return message
            self._answer(message)

    def _next_message(self, number: int | None) -> tuple[object, ...]:
        """The next message meant for the caller: the answer to `number`, a call within it, or a fresh call."""
        while True:
            with self._turn:
                while (mine := self._mine(number)) is None and self._reading:
                    self._turn.wait()
                if mine is not None:
                    return mine
                self._reading = True
            message = None
            try:
                message = self._read()
            except WireError as error:
                self.broken = str(error)
                raise
            finally:
                with self._turn:
                    self._reading = False
                    if message is not None:
                        self._file(message)
                    self._turn.notify_all()

    def _mine(self, number: int | None) -> tuple[object, ...] | None:
        if number is None:
            return self._fresh.pop(0) if self._fresh else None
        if self._nested[number]:
            return self._nested[number].pop(0)
        if number in self._answers:
            return self._answers.pop(number)
        return self._fresh.pop(0) if self._fresh and _thread.get_ident() == _MAIN else None

    def _file(self, message: tuple[object, ...]) -> None:
        match message:
            case ("call", int(), None, str(), *_):
                self._fresh.append(message)
            case ("call", int(), 0, str(), *_):
                self._answer_in_thread(message)
            case ("call", int(), int(parent), str(), *_) if parent in self._nested:
                self._nested[parent].append(message)
            case ("done", int(number), _, None | tuple()) if number in self._nested:
                self._answers[number] = message
            case ("raised", int(number), _) if number in self._nested:
                self._answers[number] = message
            case _:
                self.broken = "a message that answers nothing"
                raise WireError(self.broken)

    def _answer_in_thread(self, message: tuple[object, ...]) -> None:
        import threading  # only here: once imported it works in every fork

        def answer() -> None:
            with contextlib.suppress(PeerGone, WireError):  # those who wait for an answer see it too
                self._answer(message)

        try:
            threading.Thread(target=answer, daemon=True).start()
        except RuntimeError as error:
            self.broken = "called from more threads than can be served"
            raise WireError(self.broken) from error

    def _answer(self, message: tuple[object, ...]) -> None:
        self._reply(self._outcome(message))

    def _outcome(self, message: tuple[object, ...]) -> tuple[object, ...]:
        """Do what a call asks for: the answer to it."""
        number, operation, operands = message[1], str(message[3]), message[4:]
        outer = getattr(self._serving, "number", None)
        self._serving.number = number
        try:
            before = self._snapshot(operands) if operation in _CHANGING else None
            value = self._operations[operation](*operands)
            changed = operands if before is not None and self._snapshot(operands) != before else None
            return ("done", number, value, changed)
        except PeerGone:
            raise
        except BaseException as error:  # whatever the code raised belongs to the caller, exits included
            return ("raised", number, error)
        finally:
            self._serving.number = outer

    def _reply(self, *replies: tuple[object, ...]) -> None:
        self._transmit(b"".join(map(self._packed_reply, replies)))

    def _packed_reply(self, reply: tuple[object, ...]) -> bytes:
        try:
            return self._packed(reply)
        except (WireError, RecursionError, MemoryError) as error:
            return self._packed(("raised", reply[1], type(error)(str(error))))

    def _snapshot(self, operands: tuple[object, ...]) -> bytes | None:
        """The operands as bytes, to notice changes in place; None when nothing in them can change."""
        if not any(holds_mutable(operand) for operand in operands):
            return None
        try:
            return Encoder(self.table.export).encode(operands)
        except WireError:
            return None

    def _send(self, *message: object) -> None:
        self._transmit(self._packed(message))

    def _packed(self, message: tuple[object, ...]) -> bytes:
        try:
            return frame(encode_scalars(message) or Encoder(self.table.export).encode(message))
        except FrameTooLarge as error:
            raise WireError(str(error)) from error

    def _transmit(self, data: bytes) -> None:
        try:
            with self._sending:
                write_all(self._fd, data)
        except (ConnectionClosed, OSError) as error:
            self._lost(error)

    def _read(self) -> tuple[object, ...]:
        try:
            value = Decoder(self._frames.next(), self.table.revive).decode()
        except FrameTooLarge as error:  # what follows cannot be told apart any more
            self.broken = str(error)
            self._lost(error)
        except (ConnectionClosed, OSError) as error:
            self._lost(error)
        if not isinstance(value, tuple):
            raise WireError("a frame that is not a message")
        return value

    def _as_exception(self, value: object) -> BaseException:
        if isinstance(value, BaseException) and not isinstance(value, WireError):
            return value
        self.broken = str(value) if isinstance(value, WireError) else "raised something that is no exception"
        return WireError(self.broken)

    def _lost(self, error: BaseException) -> NoReturn:
        self.gone = True
        raise PeerGone from error


_MAIN = _thread.get_ident()
