from collections.abc import Callable
from typing import Any


def collect_all_items(fetch_page: Callable[[Any], tuple[list[Any], Any]]) -> list[Any]:
    """Collect the items of all pages; only a cursor of None ends them."""
    first_items, cursor = fetch_page(None)
    collected = list(first_items)
    while cursor is not None:
        page_items, cursor = fetch_page(cursor)
        collected.extend(page_items)
    return collected
