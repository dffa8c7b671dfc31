from collections.abc import Sequence
from typing import Any


def sort_table_rows(table_rows: Sequence[dict[str, Any]], sort_columns: Sequence[str]) -> list[dict[str, Any]]:
    """Sort by the last column first: sorting is stable, so each earlier column has the say over the later ones."""
    ordered = list(table_rows)
    for column in reversed(sort_columns):
        name = column.removeprefix("-")
        present = [row for row in ordered if row.get(name) is not None]
        missing = [row for row in ordered if row.get(name) is None]
        present.sort(key=lambda row: row[name], reverse=column != name)
        ordered = present + missing
    return ordered
