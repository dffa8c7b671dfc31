import logging
from collections.abc import Callable
from typing import Any

logger = logging.getLogger(__name__)


def collect_all_items(fetch_page: Callable[[Any], tuple[list[Any], Any]]) -> list[Any]:
    results: list[Any] = []
    cursor = None
    while True:
        try:
            items, cursor = fetch_page(cursor)
        except Exception:
            logger.exception("could not fetch page %r", cursor)
            break
        results.extend(items)
        if cursor is None:
            break
    return results
