"""How objects that are not plain data cross: as handles, exceptions by their nearest known type.

A `Table` belongs to one end. It numbers the objects this end has handed out and builds a stand-in for each
object of the other end. A stand-in has exactly the special methods that the original's class has, is equal only
to itself, and returns home as the original.
"""

import builtins
import sys
import types
from collections.abc import Callable
from typing import Any

from plain import WireError

Call = Callable[..., object]

_MOST_CLASSES = 500  # of stand-ins, kept from one connection to the next
MAX_STEPS = 1_000_000  # of one iteration over an object of the other end
MAX_TEXT = 2_000  # characters of an exception's text
_ARGUMENT_TYPES = (str, int, float, bool, type(None))  # of an exception's arguments
SPECIAL_NAMES = tuple(
    f"__{name}__"
    for name in (
        "call iter next reversed len length_hint contains getitem setitem delitem enter exit bool int float index "
        "complex round trunc floor ceil abs neg pos invert lt le gt ge add radd sub rsub mul rmul truediv rtruediv "
        "floordiv rfloordiv mod rmod pow rpow and rand or ror xor rxor matmul lshift rshift divmod iadd isub imul "
        "str repr format bytes await aiter anext aenter aexit"
    ).split()
)
# Standard modules whose exception classes are the same on both ends, so they cross by name.
_SHARED_MODULES = frozenset(
    "builtins asyncio.exceptions binascii concurrent.futures._base configparser csv _csv decimal email.errors "
    "json.decoder queue _queue shutil socket sqlite3 ssl struct subprocess tomllib unicodedata urllib.error "
    "uuid xml.parsers.expat xml.etree.ElementTree zipfile zlib zoneinfo zoneinfo._common copy dataclasses "
    "fractions ipaddress string plain".split()
)
_SHARED_TYPES = (
    bool, int, float, complex, str, bytes, bytearray, list, tuple, set, frozenset, dict, range, slice, object,
)  # fmt: skip


class Table:
    """The objects one end has handed out, and its stand-ins for the other end's."""

    def __init__(self, call: Call) -> None:
        if len(_CLASSES) > _MOST_CLASSES:  # a sample may have made up as many as it likes
            _CLASSES.clear()
        self._call = call
        self._exported: list[object] = []
        self._number_of: dict[int, int] = {}
        self._stand_ins: dict[int, Any] = {}
        self._foreign: dict[int, int] = {}  # id of one of our stand-ins -> its number at the other end

    def export(self, value: object) -> object:
        """The plain form of an object that is not plain data."""
        home = self._foreign.get(id(value))
        if home is not None:
            return ("home", home)
        if isinstance(value, type):
            return self._export_class(value)
        if isinstance(value, BaseException):
            return self._export_exception(value)
        return ("handle", self.hand_out(value), type(value).__name__, _special_of(type(value)))

    def revive(self, plain: object) -> object:
        """The object behind a plain form. Raises WireError for a form that is not well-formed."""
        match plain:
            case ("home", int(number)) if 0 <= number < len(self._exported):
                return self._exported[number]
            case ("handle" | "type", int(number), str(name), tuple(special)):
                return self._stand_in(number, lambda: _stand_in_class(name, special)(self._call))
            case ("shared", str(module), str(name)):
                return _shared(module, name)
            case ("class", int(number), str(name), tuple(bases)):
                return self._stand_in(number, lambda: _exception_class(name, bases))
            case ("exception", int(number), type() as kind, str(text), tuple(arguments)) if _harmless(arguments):
                return self._stand_in(number, lambda: _exception(self._call, kind, text, arguments))
        raise WireError("malformed handle")

    def hand_out(self, value: object) -> int:
        """The number of an object of this end: the next one where it has none."""
        number = self._number_of.get(id(value))
        if number is None:
            number = self._number_of[id(value)] = len(self._exported)
            self._exported.append(value)
        return number

    def _stand_in(self, number: int, build: Callable[[], Any]) -> object:
        if number not in self._stand_ins:
            stand_in = self._stand_ins[number] = build()
            self._foreign[id(stand_in)] = number
        return self._stand_ins[number]

    def _export_class(self, kind: type) -> object:
        if is_shared(kind):
            return ("shared", kind.__module__, kind.__qualname__)
        if issubclass(kind, BaseException):
            return ("class", self.hand_out(kind), kind.__name__, kind.__bases__)
        return ("type", self.hand_out(kind), kind.__name__, _special_of(type(kind)))

    def _export_exception(self, error: BaseException) -> object:
        try:
            text = str(error)[:MAX_TEXT]
        except BaseException:  # the text is the sample's code too, and may raise anything
            text = "(its text could not be read)"
        arguments = error.args
        if isinstance(error, OSError) and error.filename is not None:  # was the third argument
            arguments = (*arguments, error.filename)
        if not _harmless(arguments):
            arguments = ()
        if sum(len(item) for item in arguments if isinstance(item, str)) > MAX_TEXT:
            arguments = ()
        return ("exception", self.hand_out(error), type(error), text, arguments)


def _harmless(arguments: tuple[object, ...]) -> bool:
    """No argument has code of its own that a constructor might run."""
    return all(type(item) in _ARGUMENT_TYPES for item in arguments)


def _special_of(kind: type) -> tuple[str, ...]:
    return _KNOWN.get(kind) or _special_methods(kind)


def _special_methods(kind: type) -> tuple[str, ...]:
    return tuple(n for n in SPECIAL_NAMES if getattr(kind, n, None) is not getattr(object, n, None))


# What almost every solution hands out first; no solution can change these classes.
_KNOWN: dict[type, tuple[str, ...]] = {
    kind: _special_methods(kind) for kind in (types.ModuleType, types.FunctionType, type)
}


def is_shared(kind: object) -> bool:
    """Whether it is a class that both ends have, and that therefore crosses by name."""
    return isinstance(kind, type) and (kind in _SHARED_TYPES or _is_shared_exception(kind))


def _is_shared_exception(kind: type) -> bool:
    module = kind.__module__
    found = getattr(sys.modules.get(module), kind.__qualname__, None) if module in _SHARED_MODULES else None
    return found is kind and issubclass(kind, BaseException)


def _shared(module: str, name: str) -> type:
    if module not in _SHARED_MODULES:
        raise WireError("malformed class name")
    found = getattr(builtins if module == "builtins" else __import__(module, fromlist=[name]), name, None)
    if found in _SHARED_TYPES or (isinstance(found, type) and issubclass(found, BaseException)):
        return found
    raise WireError("malformed class name")


def _exception_class(name: str, bases: tuple[object, ...]) -> type:
    """A class for an exception that only the other end defines, below the same built-in types."""
    kinds = tuple(base for base in bases if isinstance(base, type) and issubclass(base, BaseException))
    try:
        return type(name, kinds or (Exception,), {"__module__": "solution"})
    except TypeError:  # bases that do not combine here
        return type(name, (Exception,), {"__module__": "solution"})


def _exception(call: Call, kind: type, text: str, arguments: tuple[object, ...]) -> BaseException:
    """An exception of `kind`, which is a class of this end or built from built-ins, with that text."""
    if not issubclass(kind, BaseException):
        raise WireError("malformed exception")
    shown: Any = type(kind.__name__, (_Shown, kind), {"__module__": kind.__module__, "_text": text, "_call": call})
    error: BaseException
    if issubclass(kind, BaseExceptionGroup):  # cannot be made without members; the real ones stay where they are
        return shown(text, [Exception(text)])  # type: ignore[no-any-return]  # built above
    try:  # built-in types set attributes such as `errno` and `code` from their arguments
        error = shown(*arguments)
    except Exception:  # a constructor that wants something else: do without it
        error = shown.__new__(shown)
        error.args = arguments or (text,)
    return error


class _Shown:
    """What an exception that crossed adds to its class: the original text, and attributes by asking."""

    _text: str
    _call: Call

    def __str__(self) -> str:
        return self._text

    def __getattr__(self, name: str) -> object:
        if name.startswith("_"):
            raise AttributeError(name)
        return type(self)._call("get", self, name)


def crossed(error: BaseException) -> bool:
    """Whether the exception was raised at the other end."""
    return isinstance(error, _Shown)


class StandIn:
    """An object of the other end. Equality and hash are identity; everything else is asked for."""

    def __init__(self, call: Call) -> None:
        object.__setattr__(self, "_call", call)

    def __getattribute__(self, name: str) -> Any:
        if name in ("__class__", "__dict__"):
            return object.__getattribute__(self, name)
        if name.startswith("_") and not _is_private_name_of_module(self, name):
            raise AttributeError(name)
        return object.__getattribute__(self, "_call")("get", self, name)

    def __setattr__(self, name: str, value: object) -> None:
        object.__getattribute__(self, "_call")("set", self, name, value)

    def __delattr__(self, name: str) -> None:
        object.__getattribute__(self, "_call")("delete", self, name)

    def __instancecheck__(self, value: object) -> bool:
        return bool(object.__getattribute__(self, "_call")("isinstance", self, value))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of the solution>"


def _is_private_name_of_module(stand_in: StandIn, name: str) -> bool:
    """A solution may be asked to define `_sum`, which tests import. The judge refuses to show its own modules."""
    return type(stand_in).__name__ == "module" and not name.startswith("__")


def _special_method(name: str) -> Callable[..., object]:
    def method(self: StandIn, *arguments: object, **named: object) -> object:
        call = object.__getattribute__(self, "_call")
        if name == "__call__":
            return call("invoke", self, arguments, named)
        if name in ("__exit__", "__aexit__"):  # a traceback stays where its frames are
            arguments = (*arguments[:2], None)
        return call("special", self, name, arguments)

    method.__name__ = name
    return method


def _next(self: StandIn) -> object:
    """Iteration is bounded: an endless iterator of the other end must not hold this one for ever."""
    steps = self.__dict__["steps"] = self.__dict__.get("steps", 0) + 1
    if steps > MAX_STEPS:
        raise WireError(f"more than {MAX_STEPS} items from one iterator")
    return object.__getattribute__(self, "_call")("special", self, "__next__", ())


_METHODS: dict[str, Callable[..., object]] = {name: _special_method(name) for name in SPECIAL_NAMES} | {
    "__next__": _next
}
_CLASSES: dict[tuple[str, tuple[object, ...]], type[StandIn]] = {}


def _stand_in_class(name: str, special: tuple[object, ...]) -> type[StandIn]:
    key = (name, special)
    if key not in _CLASSES:
        methods = {item: _METHODS[item] for item in special if isinstance(item, str) and item in _METHODS}
        _CLASSES[key] = type(name.replace("\0", "") or "object", (StandIn,), methods)
    return _CLASSES[key]
