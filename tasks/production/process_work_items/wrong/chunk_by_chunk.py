import asyncio
from collections.abc import Awaitable, Callable, Sequence


async def process_work_items(
    work_items: Sequence[str],
    process_item: Callable[[str], Awaitable[object]],
    max_workers: int,
) -> list[object]:
    results: list[object] = []
    for start in range(0, len(work_items), max_workers):
        chunk = work_items[start : start + max_workers]
        results += await asyncio.gather(*(process_item(item) for item in chunk), return_exceptions=True)
    return results
