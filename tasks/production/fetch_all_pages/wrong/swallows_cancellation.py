import asyncio
from collections.abc import Awaitable, Callable, Sequence


async def fetch_all_pages(
    page_addresses: Sequence[str],
    fetch_page: Callable[[str], Awaitable[str]],
    timeout_seconds: float,
) -> list[str | None]:
    tasks = [
        asyncio.create_task(asyncio.wait_for(fetch_page(address), timeout_seconds)) for address in page_addresses
    ]
    results: list[str | None] = []
    try:
        for task in tasks:
            try:
                results.append(await task)
            except (OSError, asyncio.TimeoutError, asyncio.CancelledError):
                results.append(None)
    finally:
        for task in tasks:
            task.cancel()
    return results
