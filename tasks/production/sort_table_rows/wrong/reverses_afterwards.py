from collections.abc import Sequence
from typing import Any


def sort_table_rows(table_rows: Sequence[dict[str, Any]], sort_columns: Sequence[str]) -> list[dict[str, Any]]:
    rows = list(table_rows)
    for column in reversed(sort_columns):
        descending = column.startswith("-")
        field = column[1:] if descending else column
        with_value = [row for row in rows if row.get(field) is not None]
        without_value = [row for row in rows if row.get(field) is None]
        with_value = sorted(with_value, key=lambda row: row[field])
        if descending:
            with_value = with_value[::-1]
        rows = with_value + without_value
    return rows
