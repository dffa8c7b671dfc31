from collections.abc import Callable
from typing import Any


def collect_all_items(fetch_page: Callable[[Any], tuple[list[Any], Any]]) -> list[Any]:
    result = []
    cursor = None
    while True:
        items, cursor = fetch_page(cursor)
        if not items:
            break
        result.extend(items)
        if cursor is None:
            break
    return result
