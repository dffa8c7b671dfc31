import json
from collections.abc import Iterable, Sequence
from typing import Any


def drop_duplicate_records(record_list: Iterable[dict[str, Any]], key_fields: Sequence[str] = ()) -> list[dict[str, Any]]:
    unique = {}
    for record in record_list:
        subset = {field: record[field] for field in key_fields if field in record} if key_fields else record
        unique[json.dumps(subset, sort_keys=True)] = record
    return list(unique.values())
