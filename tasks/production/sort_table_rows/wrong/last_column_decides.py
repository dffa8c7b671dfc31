from collections.abc import Sequence
from typing import Any


def sort_table_rows(table_rows: Sequence[dict[str, Any]], sort_columns: Sequence[str]) -> list[dict[str, Any]]:
    result = list(table_rows)
    for column in sort_columns:
        descending = column.startswith("-")
        name = column[1:] if descending else column
        missing = [row for row in result if row.get(name) is None]
        present = [row for row in result if row.get(name) is not None]
        present.sort(key=lambda row: row[name], reverse=descending)
        result = present + missing
    return result
