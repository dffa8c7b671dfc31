from collections.abc import Iterable, Sequence
from typing import Any

_ABSENT = object()


def drop_duplicate_records(record_list: Iterable[dict[str, Any]], key_fields: Sequence[str] = ()) -> list[dict[str, Any]]:
    seen: list[Any] = []
    unique: list[dict[str, Any]] = []
    for record in record_list:
        key = record.get(key_fields[0], _ABSENT) if key_fields else record
        if key not in seen:
            seen.append(key)
            unique.append(record)
    return unique
