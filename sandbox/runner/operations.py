"""What the solution may ask of the test's objects: fakes and callbacks that a test has handed to it."""

import functools
import types
from collections.abc import Callable
from typing import Any

from crossing import SPECIAL_NAMES, is_shared
from plain import is_plain

_PRIVATE = ("_", "gi_", "cr_", "ag_", "tb_", "f_", "co_", "func_")
_INTERNAL = (
    types.ModuleType, types.FrameType, types.CodeType, types.TracebackType, types.MappingProxyType,
)  # fmt: skip
# Functions that read or run whatever they are told to; a test that passes one on gives everything away.
_READERS = (
    getattr, setattr, delattr, vars, eval, exec, compile, open, __import__, globals, locals, str.format, str.format_map,
)  # fmt: skip


def _refuse(name: str, target: object) -> None:
    """The judge's objects show public names only, and nothing that leads to its frames, code or modules.

    Without this, `clock.__globals__` of a test's own function would lead to every expected value. Plain data and
    classes of the standard library have crossed already: `"{0.__globals__}".format` must not be asked for here.
    What a partial function holds may be what the test expects.
    """
    if name.startswith(_PRIVATE) or isinstance(target, _INTERNAL) or is_plain(target) or is_shared(target):
        raise AttributeError(name)
    if any(target is reader for reader in _READERS) or (name and isinstance(target, functools.partial)):
        raise AttributeError(name)


def _get(target: object, name: str) -> object:
    _refuse(name, target)
    value = getattr(target, name)
    _refuse("", value if isinstance(value, _INTERNAL) else target)
    return value


def _set(target: object, name: str, value: object) -> None:
    _refuse_change(target, name)
    setattr(target, name, value)


def _delete(target: object, name: str) -> None:
    _refuse_change(target, name)
    delattr(target, name)


def _refuse_change(target: object, name: str) -> None:
    _refuse(name, target)
    if isinstance(target, (type, types.FunctionType, types.MethodType)) or callable(getattr(target, name, None)):
        raise AttributeError(  # noqa: TRY004  # what Python raises for an attribute that cannot be set
            f"{name} cannot be replaced from the other side of the sandbox"
        )


def _invoke(target: Any, arguments: Any, named: Any) -> object:
    _refuse("", target)
    return target(*arguments, **named)


def _special_operation(target: object, name: str, arguments: Any) -> object:
    if name not in SPECIAL_NAMES:
        raise AttributeError(name)
    _refuse("", target)
    return getattr(type(target), name)(target, *arguments)


def _isinstance(kind: Any, value: object) -> bool:
    return isinstance(value, kind)


OPERATIONS: dict[str, Callable[..., object]] = {
    "get": _get,
    "set": _set,
    "delete": _delete,
    "invoke": _invoke,
    "special": _special_operation,
    "isinstance": _isinstance,
}
