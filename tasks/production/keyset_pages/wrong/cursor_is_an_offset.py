from typing import Any


def list_messages(
    all_messages: list[dict[str, Any]],
    page_size: int,
    page_cursor: str | None = None,
) -> tuple[list[dict[str, Any]], str | None]:
    offset = 0 if page_cursor is None else int(page_cursor)
    ordered = sorted(all_messages, key=lambda m: (m["sent_at"], m["id"]), reverse=True)
    page = ordered[offset : offset + page_size]
    next_offset = offset + page_size
    return page, str(next_offset) if next_offset < len(ordered) else None
