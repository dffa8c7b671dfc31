from collections.abc import Iterable, Sequence
from typing import Any


def drop_duplicate_records(record_list: Iterable[dict[str, Any]], key_fields: Sequence[str] = ()) -> list[dict[str, Any]]:
    keys: list[Any] = []
    records: list[dict[str, Any]] = []
    for record in record_list:
        key = [record.get(field) for field in key_fields] if key_fields else record
        if key not in keys:
            keys.append(key)
            records.append(record)
    return records
