import asyncio
from collections.abc import Awaitable, Callable, Sequence


async def fetch_all_pages(
    page_addresses: Sequence[str],
    fetch_page: Callable[[str], Awaitable[str]],
    timeout_seconds: float,
) -> list[str | None]:
    async def fetch_or_none(address: str) -> str | None:
        try:
            return await fetch_page(address)
        except OSError:
            return None

    tasks = [asyncio.create_task(fetch_or_none(address)) for address in page_addresses]
    try:
        return list(await asyncio.wait_for(asyncio.gather(*tasks), timeout_seconds))
    except asyncio.TimeoutError:
        return [None] * len(page_addresses)
    finally:
        for task in tasks:
            task.cancel()
