from collections.abc import Callable
from typing import Any


def collect_all_items(fetch_page: Callable[[Any], tuple[list[Any], Any]]) -> list[Any]:
    """Collect the items of all pages of an API.

    `fetch_page(cursor)` returns the items of one page and the cursor of the next one. The cursor of the
    first page is None; a next cursor of None means that there are no more pages.

    >>> pages = {None: (["a", "b"], "p2"), "p2": (["c"], "p3"), "p3": (["d"], None)}
    >>> collect_all_items(lambda cursor: pages[cursor])
    ['a', 'b', 'c', 'd']
    >>> collect_all_items(lambda cursor: (["only"], None))
    ['only']
    """
