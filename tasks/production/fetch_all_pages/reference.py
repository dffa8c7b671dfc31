import asyncio
from collections.abc import Awaitable, Callable, Sequence


async def fetch_all_pages(
    page_addresses: Sequence[str],
    fetch_page: Callable[[str], Awaitable[str]],
    timeout_seconds: float,
) -> list[str | None]:
    """Fetch all pages at the same time; whatever ends the call ends every fetch with it."""

    async def fetch_one(page_address: str) -> str | None:
        try:
            return await asyncio.wait_for(fetch_page(page_address), timeout_seconds)
        except OSError:  # TimeoutError is one
            return None

    tasks = [asyncio.create_task(fetch_one(page_address)) for page_address in page_addresses]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
