from collections.abc import Iterable, Sequence
from typing import Any


def drop_duplicate_records(record_list: Iterable[dict[str, Any]], key_fields: Sequence[str] = ()) -> list[dict[str, Any]]:
    records = record_list if isinstance(record_list, list) else list(record_list)

    def key_of(record: dict[str, Any]) -> dict[str, Any]:
        if not key_fields:
            return record
        return {field: record[field] for field in key_fields if field in record}

    index = 0
    while index < len(records):
        key = key_of(records[index])
        if any(key == key_of(earlier) for earlier in records[:index]):
            del records[index]
        else:
            index += 1
    return records
