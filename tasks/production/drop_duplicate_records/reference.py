from collections.abc import Iterable, Sequence
from typing import Any


def drop_duplicate_records(
    record_list: Iterable[dict[str, Any]], key_fields: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Compare each record's fields with those of the records kept so far; equality needs no hash."""
    kept: list[dict[str, Any]] = []
    seen: list[dict[str, Any]] = []
    for record in record_list:
        compared = {name: record[name] for name in key_fields if name in record} if key_fields else record
        if compared not in seen:
            seen.append(compared)
            kept.append(record)
    return kept
