from collections.abc import Sequence
from typing import Any


def sort_table_rows(table_rows: Sequence[dict[str, Any]], sort_columns: Sequence[str]) -> list[dict[str, Any]]:
    def sort_key(row: dict[str, Any]) -> list[tuple]:
        key = []
        for column in sort_columns:
            descending = column.startswith("-")
            value = row.get(column.lstrip("-"))
            if value is None:
                key.append((1, 0))
            else:
                key.append((0, -value if descending else value))
        return key

    return sorted(table_rows, key=sort_key)
