from typing import Any


def list_messages(
    all_messages: list[dict[str, Any]],
    page_size: int,
    page_cursor: str | None = None,
) -> tuple[list[dict[str, Any]], str | None]:
    ordered = sorted(all_messages, key=lambda m: (-m["sent_at"], -m["id"]))
    start = 0
    if page_cursor is not None:
        ids = [message["id"] for message in ordered]
        start = ids.index(int(page_cursor)) + 1
    page = ordered[start : start + page_size]
    next_cursor = str(page[-1]["id"]) if len(page) == page_size else None
    return page, next_cursor
