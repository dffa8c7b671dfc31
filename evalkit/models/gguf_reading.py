"""Reads a GGUF file once and in large steps, where gguf and transformers read it again and again and byte by byte.

Nothing here changes what is read. Where a name is missing in another version of the libraries, their own way is kept.
"""

import functools
import struct
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import numpy as np

GROUP = 2**18  # quantised bytes that are expanded at a time; the library's own 16 rows are mostly overhead
_STRING, _ARRAY = 8, 9


@contextmanager
def read_once() -> Iterator[None]:
    """Within this context a file is parsed once, and the table of tensor names is built once."""
    import gguf
    from gguf import quants
    from transformers import modeling_gguf_pytorch_utils as loader
    from transformers.integrations import gguf as integration
    from transformers.integrations.gguf import reader

    cached = functools.cache
    metadata = _copied(cached(reader.read_gguf_metadata))
    changes: list[tuple[Any, str, Any]] = [
        (gguf, "GGUFReader", cached(_reader_class(gguf.GGUFReader))),
        (gguf, "get_tensor_name_map", cached(gguf.get_tensor_name_map)),
        (loader, "load_gguf_checkpoint", _parsed_once(loader.load_gguf_checkpoint)),
        (loader, "_gguf_parse_value", _parsing(getattr(loader, "_gguf_parse_value", None))),
        (loader, "tqdm", _silent),
        (quants, "_apply_over_grouped_rows", _by_groups),
        (reader, "read_gguf_metadata", metadata),
        (integration, "read_gguf_metadata", metadata),
    ]
    with ExitStack() as stack:
        for module, name, new in changes:
            if hasattr(module, name):
                stack.enter_context(patch.object(module, name, new))
        yield


def _reader_class(base: Any) -> Any:
    class Reader(base):  # type: ignore[misc]  # the base is known at run time only
        """Keeps the parts of an array as plain bytes and numbers: hundreds of thousands of views take seconds."""

        def _get_field_parts(self, orig_offs: int, raw_type: int) -> tuple[int, list[Any], list[int], list[Any]]:
            if int(raw_type) != _ARRAY or self.byte_order != "I":
                found: tuple[int, list[Any], list[int], list[Any]] = super()._get_field_parts(orig_offs, raw_type)
                return found
            kind = self._get(orig_offs, np.uint32)
            count = self._get(orig_offs + 4, np.uint64)
            number = int(count[0])
            types = [_value_type(raw_type), _value_type(kind[0])] if number else [_value_type(raw_type)]
            values: list[Any]
            if int(kind[0]) == _STRING:
                size, values = _strings(self.data, orig_offs + 12, number)
            elif (scalar := self.gguf_scalar_to_np.get(_value_type(kind[0]))) is not None:
                array = self._get(orig_offs + 12, scalar, number)
                size, values = int(array.nbytes), [(value,) for value in array.tolist()]
            else:
                raise ValueError("arrays of arrays are not supported")
            return 12 + size, [kind, count, *values], list(range(2, 2 + number)), types

    return Reader


def _value_type(raw: Any) -> Any:
    from gguf import GGUFValueType

    return GGUFValueType(int(raw))


def _strings(data: Any, begin: int, count: int) -> tuple[int, list[Any]]:
    view, position = memoryview(data), begin
    found: list[bytes] = []
    for _ in range(count):
        (length,) = struct.unpack_from("<Q", view, position)
        position += 8 + length
        found.append(bytes(view[position - length : position]))
        if len(found[-1]) != length:
            raise ValueError("the file ends within its metadata")
    return position - begin, found


def _parsing(parse: Callable[..., Any] | None) -> Callable[..., Any]:
    def parse_value(value: Any, kind: Any) -> Any:
        if isinstance(value, bytes):
            return value.decode()
        assert parse is not None
        return parse(value, kind)

    return parse_value


def _parsed_once(parse: Callable[..., Any]) -> Callable[..., Any]:
    without_tensors = functools.cache(parse)

    def parse_without_tensors_once(path: str, return_tensors: bool = False, **options: Any) -> Any:
        return parse(path, return_tensors, **options) if return_tensors else without_tensors(path)

    return parse_without_tensors_once


def _copied(read: Callable[..., Any]) -> Callable[..., Any]:
    def read_metadata(*arguments: Any) -> Any:
        metadata, *others = read(*arguments)
        return dict(metadata), *others

    return read_metadata


def _by_groups(func: Callable[[Any], Any], arr: Any, otype: Any, oshape: tuple[int, ...]) -> Any:
    rows = arr.reshape(-1, arr.shape[-1])
    result = np.empty(oshape, dtype=otype)
    flat, step = result.reshape(len(rows), -1), max(1, GROUP // rows.itemsize // rows.shape[1])
    for first in range(0, len(rows), step):
        flat[first : first + step] = func(rows[first : first + step]).reshape(-1, flat.shape[1])
    return result


def _silent(items: Any, **_: Any) -> Any:
    return items
