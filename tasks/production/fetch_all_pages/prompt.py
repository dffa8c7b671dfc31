import asyncio
from collections.abc import Awaitable, Callable, Sequence


async def fetch_all_pages(
    page_addresses: Sequence[str],
    fetch_page: Callable[[str], Awaitable[str]],
    timeout_seconds: float,
) -> list[str | None]:
    """Fetch all pages at the same time and return their texts in the order of `page_addresses`.

    `fetch_page(page_address)` is a coroutine function. A page that takes longer than `timeout_seconds` is None
    in the result, and so is a page whose fetch raises an OSError. Any other exception is raised at once.

    >>> async def fetch_demo(page_address):
    ...     if page_address == "/gone":
    ...         raise ConnectionRefusedError(page_address)
    ...     return f"text of {page_address}"
    >>> asyncio.run(fetch_all_pages(["/start", "/gone", "/help"], fetch_demo, timeout_seconds=5.0))
    ['text of /start', None, 'text of /help']
    """
