from typing import Any


def list_messages(
    all_messages: list[dict[str, Any]],
    page_size: int,
    page_cursor: str | None = None,
) -> tuple[list[dict[str, Any]], str | None]:
    messages = sorted(all_messages, key=lambda message: message["sent_at"], reverse=True)
    if page_cursor is not None:
        before = int(page_cursor)
        messages = [message for message in messages if message["sent_at"] < before]
    page = messages[:page_size]
    has_more = len(messages) > page_size
    return page, str(page[-1]["sent_at"]) if has_more else None
