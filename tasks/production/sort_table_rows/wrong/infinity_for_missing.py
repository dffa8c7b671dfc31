from collections.abc import Sequence
from typing import Any


def sort_table_rows(table_rows: Sequence[dict[str, Any]], sort_columns: Sequence[str]) -> list[dict[str, Any]]:
    for column in reversed(sort_columns):
        reverse = column.startswith("-")
        name = column.removeprefix("-")
        table_rows.sort(key=lambda row: (row.get(name) is None, row.get(name) or 0), reverse=reverse)
    return list(table_rows)
