from collections.abc import Iterable, Sequence
from typing import Any

_MISSING = object()


def drop_duplicate_records(record_list: Iterable[dict[str, Any]], key_fields: Sequence[str] = ()) -> list[dict[str, Any]]:
    seen = set()
    unique = []
    for record in record_list:
        if key_fields:
            key = tuple(record.get(field, _MISSING) for field in key_fields)
        else:
            key = tuple(
                (name, tuple(value) if isinstance(value, list) else value) for name, value in record.items()
            )
        if key not in seen:
            seen.add(key)
            unique.append(record)
    return unique
