from collections.abc import Callable
from typing import Any


def collect_all_items(fetch_page: Callable[[Any], tuple[list[Any], Any]]) -> list[Any]:
    items, cursor = fetch_page(None)
    results = list(items)
    while cursor:
        items, cursor = fetch_page(cursor)
        results += items
    return results
