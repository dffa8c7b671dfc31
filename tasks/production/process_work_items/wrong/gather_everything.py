import asyncio
from collections.abc import Awaitable, Callable, Sequence


async def process_work_items(
    work_items: Sequence[str],
    process_item: Callable[[str], Awaitable[object]],
    max_workers: int,
) -> list[object]:
    tasks = [process_item(item) for item in work_items]
    return list(await asyncio.gather(*tasks))
