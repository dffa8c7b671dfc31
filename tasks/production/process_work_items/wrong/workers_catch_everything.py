import asyncio
from collections.abc import Awaitable, Callable, Sequence


async def process_work_items(
    work_items: Sequence[str],
    process_item: Callable[[str], Awaitable[object]],
    max_workers: int,
) -> list[object]:
    queue: asyncio.Queue = asyncio.Queue()
    for pair in enumerate(work_items):
        queue.put_nowait(pair)
    results: dict[int, object] = {}

    async def worker() -> None:
        while not queue.empty():
            index, item = queue.get_nowait()
            try:
                results[index] = await process_item(item)
            except BaseException as exc:
                results[index] = exc

    await asyncio.gather(*(worker() for _ in range(max_workers)))
    return [results[index] for index in range(len(work_items))]
