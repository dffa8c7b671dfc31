import asyncio
from collections.abc import Awaitable, Callable, Sequence


async def fetch_all_pages(
    page_addresses: Sequence[str],
    fetch_page: Callable[[str], Awaitable[str]],
    timeout_seconds: float,
) -> list[str | None]:
    async def fetch_with_timeout(address: str) -> str | None:
        try:
            return await asyncio.wait_for(fetch_page(address), timeout=timeout_seconds)
        except (asyncio.TimeoutError, OSError):
            return None

    results = await asyncio.gather(*(fetch_with_timeout(address) for address in page_addresses))
    return list(results)
