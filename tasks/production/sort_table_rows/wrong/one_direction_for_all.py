from collections.abc import Sequence
from typing import Any


def sort_table_rows(table_rows: Sequence[dict[str, Any]], sort_columns: Sequence[str]) -> list[dict[str, Any]]:
    descending = sort_columns[0].startswith("-")
    names = [column.lstrip("-") for column in sort_columns]

    def key(row: dict[str, Any]) -> tuple:
        return tuple(
            ((row.get(name) is None) != descending, 0 if row.get(name) is None else row[name]) for name in names
        )

    return sorted(table_rows, key=key, reverse=descending)
