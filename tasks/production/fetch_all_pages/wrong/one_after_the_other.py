import asyncio
from collections.abc import Awaitable, Callable, Sequence


async def fetch_all_pages(
    page_addresses: Sequence[str],
    fetch_page: Callable[[str], Awaitable[str]],
    timeout_seconds: float,
) -> list[str | None]:
    texts: list[str | None] = []
    for address in page_addresses:
        try:
            text = await asyncio.wait_for(fetch_page(address), timeout_seconds)
        except (asyncio.TimeoutError, OSError):
            text = None
        texts.append(text)
    return texts
