"""Arguments that a call changed in place: who may have been, and how the caller's own become the same."""

from collections.abc import Callable
from typing import Any

from plain import is_array

_MUTABLE = (list, dict, set, bytearray)


def holds_mutable(value: object) -> bool:
    """Whether there is a container in it that a call may change."""
    if isinstance(value, tuple):
        return any(map(holds_mutable, value))
    return isinstance(value, _MUTABLE) or is_array(type(value), value)


def update_in_place(old: object, new: object) -> object:
    """Make `old` equal to `new`, keeping the identity of every mutable container that stayed of its kind."""
    if type(old) is type(new) and is_array(type(old), old):
        return _update_array(old, new)
    if type(old) is not type(new) or not isinstance(old, (*_MUTABLE, tuple)):
        return new
    if isinstance(old, tuple):
        same_shape = len(old) == len(new)  # type: ignore[arg-type]  # both are tuples
        return tuple(map(update_in_place, old, new)) if same_shape else new  # type: ignore[call-overload]  # tuples
    return _UPDATES[type(old)](old, new)


def _update_array(old: Any, new: Any) -> object:
    if (old.shape, old.dtype) != (new.shape, new.dtype) or not old.flags.writeable:
        return new
    old[...] = new
    return old


def _update_list(old: list[object], new: list[object]) -> object:
    old[:] = [update_in_place(old[i], item) if i < len(old) else item for i, item in enumerate(new)]
    return old


def _update_dict(old: dict[object, object], new: dict[object, object]) -> object:
    merged = {key: update_in_place(old.get(key), item) for key, item in new.items()}
    old.clear()
    old.update(merged)
    return old


def _update_set(old: set[object], new: set[object]) -> object:
    old.clear()
    old.update(new)
    return old


def _update_bytes(old: bytearray, new: bytearray) -> object:
    old[:] = new
    return old


_UPDATES: dict[type, Callable[..., object]] = {
    list: _update_list, dict: _update_dict, set: _update_set, bytearray: _update_bytes,
}  # fmt: skip
