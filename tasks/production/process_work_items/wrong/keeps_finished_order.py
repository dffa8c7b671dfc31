import asyncio
from collections.abc import Awaitable, Callable, Sequence


async def process_work_items(
    work_items: Sequence[str],
    process_item: Callable[[str], Awaitable[object]],
    max_workers: int,
) -> list[object]:
    semaphore = asyncio.Semaphore(max_workers)
    results: list[object] = []

    async def worker(item: str) -> None:
        async with semaphore:
            try:
                results.append(await process_item(item))
            except Exception as exc:
                results.append(exc)

    tasks = [asyncio.create_task(worker(item)) for item in work_items]
    try:
        await asyncio.wait(tasks)
    except asyncio.CancelledError:
        for task in tasks:
            task.cancel()
        raise
    return results
