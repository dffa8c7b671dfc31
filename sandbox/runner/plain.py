"""Which types are plain data, and how those that are no simple scalar or container are taken apart and rebuilt.

Rebuilding calls only the constructors named here, with operands of the exact types given here. Modules that few need
are loaded when a value of theirs comes: what the keeper has loaded makes each of its forks slower.
"""

import math
import re
import sys
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


class WireError(BaseException):
    """Bytes that are not a value, or a value that is too deep or too large to cross.

    Not an Exception, so that no test can take it for an error it expects from the solution.
    """


# How an instance of a subclass becomes its built-in base type. The built-in's own slot is called, so that an override
# in the subclass is not asked. `+x` of a float keeps -0.0.
EXACT: dict[type, Callable[..., object]] = {
    int: lambda value: int.__pos__(value),
    float: lambda value: float.__pos__(value),
    complex: lambda value: complex.__pos__(value),
    str: lambda value: str.__getitem__(value, slice(None)),
    bytes: lambda value: bytes.__getitem__(value, slice(None)),
    bytearray: lambda value: bytearray.__getitem__(value, slice(None)),
    tuple: lambda value: tuple(tuple.__iter__(value)),
    list: lambda value: list(list.__iter__(value)),
    dict: lambda value: dict(dict.items(value)),
    set: lambda value: set(set.__iter__(value)),
    frozenset: lambda value: frozenset(frozenset.__iter__(value)),
}


_CONSTANT_TYPES = (type(None), bool, type(...), type(NotImplemented))


def is_plain(value: object) -> bool:
    """Whether it crosses by value."""
    kind = type(value)
    return kind in _CONSTANT_TYPES or base_of(kind) is not object or is_array(kind, value)


def base_of(kind: type) -> type:
    """The first plain type among a class and its bases; `object` when there is none. `__class__` is not asked."""
    for base in kind.__mro__:
        module = _module_of(base)
        if type(module) is str and (later := _LATER.pop(module.partition(".")[0], None)):
            EXTENDED.update(later())
        if base in EXACT or base in EXTENDED:
            return base
    return object


def _zone(value: object) -> object:
    """A time zone as plain data: nothing, an offset in seconds, or a name of the tz database."""
    if value is None:
        return None
    if isinstance(value, timezone):
        return ("offset", value.utcoffset(None).total_seconds(), value.tzname(None))
    zoneinfo: Any = sys.modules.get("zoneinfo")
    if zoneinfo and isinstance(value, zoneinfo.ZoneInfo) and value.key:
        return ("name", value.key)
    raise WireError(f"a time zone of type {type(value).__name__} cannot cross the sandbox")


def _to_zone(plain: object) -> "timezone | ZoneInfo | None":
    match plain:
        case None:
            return None
        case ("offset", float(seconds), str(name)):
            offset = timedelta(seconds=seconds)
            bare = timezone(offset)
            return bare if bare.tzname(None) == name else timezone(offset, name)
        case ("name", str(key)):
            from zoneinfo import ZoneInfo

            return ZoneInfo(key)
    raise WireError("malformed time zone")


def _clock(value: datetime | time) -> tuple[object, ...]:
    return (value.hour, value.minute, value.second, value.microsecond, _zone(value.tzinfo), value.fold)


_Operands = Callable[..., tuple[object, ...]]

EXTENDED: dict[type, _Operands] = {
    range: lambda value: (value.start, value.stop, value.step),
    slice: lambda value: (value.start, value.stop, value.step),
    date: lambda value: (value.year, value.month, value.day),
    time: _clock,
    datetime: lambda value: (value.year, value.month, value.day, *_clock(value)),
    timedelta: lambda value: (value.days, value.seconds, value.microseconds),
    timezone: lambda value: (_zone(value),),
}


def _later(module: str, names: str, operands: _Operands) -> Callable[[], dict[type, _Operands]]:
    return lambda: {getattr(__import__(module), name): operands for name in names.split()}


_module_of = type.__dict__["__module__"].__get__  # asks no metaclass
# Added to EXTENDED when a class of the module is met, by its name.
_LATER: dict[str, Callable[[], dict[type, _Operands]]] = {
    "zoneinfo": _later("zoneinfo", "ZoneInfo", lambda value: (_zone(value),)),
    "decimal": _later("decimal", "Decimal", lambda value: (str(value),)),
    "fractions": _later("fractions", "Fraction", lambda value: (value.numerator, value.denominator)),
    "uuid": _later("uuid", "UUID", lambda value: (value.int,)),
    "pathlib": _later("pathlib", "PurePosixPath PureWindowsPath PosixPath", lambda value: (str(value),)),
}


def _datetime(y: int, mo: int, d: int, h: int, mi: int, s: int, us: int, zone: object, fold: int) -> datetime:
    return datetime(y, mo, d, h, mi, s, us, tzinfo=_to_zone(zone), fold=fold)


def _time(h: int, mi: int, s: int, us: int, zone: object, fold: int) -> time:
    return time(h, mi, s, us, tzinfo=_to_zone(zone), fold=fold)


# Numbers, truth values, texts, dates of a fixed size: what an array may hold to cross by value.
_DTYPE = re.compile(r"[<>|=][biufcSUmM][0-9]{1,6}(\[[0-9]*[a-zA-Z]{1,2}\])?")


def is_array(kind: type, value: object) -> bool:
    """Whether it is a numpy array or scalar of simple items. Asks nothing where numpy was never imported."""
    numpy: Any = sys.modules.get("numpy") if kind.__module__ == "numpy" else None
    if numpy is None or not issubclass(kind, (numpy.ndarray, numpy.generic)):
        return False
    return kind in (numpy.ndarray, *numpy.sctypeDict.values()) and bool(_DTYPE.fullmatch(value.dtype.str))  # type: ignore[attr-defined]  # it is an array


def pack_array(value: Any) -> tuple[object, ...]:
    """Type, shape, whether it is an array (not a scalar), and the items in C order."""
    return (value.dtype.str, tuple(value.shape), type(value).__name__ == "ndarray", value.tobytes())


def _array(dtype: str, shape: tuple[object, ...], is_an_array: bool, items: bytes) -> object:
    import numpy

    if not _DTYPE.fullmatch(dtype) or not all(type(length) is int and length >= 0 for length in shape):
        raise WireError("malformed array")
    kind = numpy.dtype(dtype)
    if math.prod(shape) * kind.itemsize != len(items):  # type: ignore[arg-type]  # ints, as was just checked
        raise WireError("an array's items do not fill its shape")
    array = numpy.ndarray(shape, kind, bytearray(items))  # type: ignore[arg-type]  # as above
    return array if is_an_array else array[()]


_ZONE = (tuple, type(None))
_SPAN = (int, str, float, type(None))
# For each name its constructor and the exact types of its operands: no operand may have code of its own to run, and
# none may ask for endless work, as Fraction("1e999999999") would.
_BUILDERS: dict[str, tuple[Callable[..., object], tuple[tuple[type, ...], ...]]] = {
    "range": (range, ((int,),) * 3),
    "slice": (slice, (_SPAN,) * 3),
    "date": (date, ((int,),) * 3),
    "time": (_time, (*((int,),) * 4, _ZONE, (int,))),
    "datetime": (_datetime, (*((int,),) * 7, _ZONE, (int,))),
    "timedelta": (timedelta, ((int,),) * 3),
    "timezone": (_to_zone, (_ZONE,)),
    "ZoneInfo": (_to_zone, (_ZONE,)),
    "Decimal": (lambda text: __import__("decimal").Decimal(text), ((str,),)),
    "Fraction": (lambda above, below: __import__("fractions").Fraction(above, below), ((int,),) * 2),
    "UUID": (lambda value: __import__("uuid").UUID(int=value), ((int,),)),
    "PurePosixPath": (lambda text: __import__("pathlib").PurePosixPath(text), ((str,),)),
    "PureWindowsPath": (lambda text: __import__("pathlib").PureWindowsPath(text), ((str,),)),
    "PosixPath": (lambda text: __import__("pathlib").PosixPath(text), ((str,),)),
    "array": (_array, ((str,), (tuple,), (bool,), (bytes,))),
}


def unpack_extended(plain: object) -> object:
    """Only constructors of the table above, only with operands of the types given there."""
    match plain:
        case (str(name), tuple(operands)) if name in _BUILDERS:
            build, kinds = _BUILDERS[name]
            if len(operands) == len(kinds) and all(
                type(item) in kind for item, kind in zip(operands, kinds, strict=True)
            ):
                return build(*operands)
    raise WireError("malformed extended value")
