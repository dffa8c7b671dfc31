import asyncio
from collections.abc import Awaitable, Callable, Sequence


async def fetch_all_pages(
    page_addresses: Sequence[str],
    fetch_page: Callable[[str], Awaitable[str]],
    timeout_seconds: float,
) -> list[str | None]:
    pages: list[str | None] = []

    async def collect(address: str) -> None:
        try:
            pages.append(await asyncio.wait_for(fetch_page(address), timeout_seconds))
        except (asyncio.TimeoutError, ConnectionError):
            pages.append(None)

    tasks = [asyncio.ensure_future(collect(address)) for address in page_addresses]
    try:
        await asyncio.gather(*tasks)
    except Exception:
        for task in tasks:
            task.cancel()
        raise
    return pages
