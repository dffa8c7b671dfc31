import asyncio
from collections.abc import Awaitable, Callable, Sequence


async def process_work_items(
    work_items: Sequence[str],
    process_item: Callable[[str], Awaitable[object]],
    max_workers: int,
) -> list[object]:
    """Process all items with a few workers that share one iterator."""
    results: list[object] = [None] * len(work_items)
    waiting = iter(enumerate(work_items))

    async def work() -> None:
        for place, work_item in waiting:
            try:
                results[place] = await process_item(work_item)
            except Exception as error:  # whatever one item raises is that item's result
                results[place] = error

    async with asyncio.TaskGroup() as workers:
        for _ in range(min(max_workers, len(work_items))):
            workers.create_task(work())
    return results
