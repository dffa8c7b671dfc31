import asyncio
from collections.abc import Awaitable, Callable, Sequence


async def process_work_items(
    work_items: Sequence[str],
    process_item: Callable[[str], Awaitable[object]],
    max_workers: int,
) -> list[object]:
    """Process all items, `max_workers` of them at a time, and return their results in the order of the items.

    `process_item(work_item)` is a coroutine function. As soon as one item is done, the next one begins. When
    `process_item` raises an exception, the exception object stands in the result's place, and the other items
    are processed all the same.

    >>> async def shout(work_item):
    ...     return work_item.upper()
    >>> asyncio.run(process_work_items(["one", "two", "three"], shout, max_workers=2))
    ['ONE', 'TWO', 'THREE']
    """
