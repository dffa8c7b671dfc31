from collections.abc import Sequence
from typing import Any


def sort_table_rows(table_rows: Sequence[dict[str, Any]], sort_columns: Sequence[str]) -> list[dict[str, Any]]:
    """Return the rows of a table sorted by several columns.

    The first of `sort_columns` decides, where it is equal the second, and so on. "-price" sorts the column `price`
    from high to low. A row whose value is None or missing stands after the others in that column, whatever the
    direction.

    >>> fruit = [{"name": "kiwi", "price": 3}, {"name": "pear", "price": 5}, {"name": "fig", "price": 3}]
    >>> [row["name"] for row in sort_table_rows(fruit, ["price", "name"])]
    ['fig', 'kiwi', 'pear']
    >>> [row["name"] for row in sort_table_rows(fruit[:2], ["-price"])]
    ['pear', 'kiwi']
    """
