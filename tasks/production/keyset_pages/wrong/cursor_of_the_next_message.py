from typing import Any


def list_messages(
    all_messages: list[dict[str, Any]],
    page_size: int,
    page_cursor: str | None = None,
) -> tuple[list[dict[str, Any]], str | None]:
    ordered = sorted(all_messages, key=lambda m: (m["sent_at"], m["id"]), reverse=True)
    if page_cursor is not None:
        sent_at, message_id = map(int, page_cursor.split("_"))
        ordered = [m for m in ordered if (m["sent_at"], m["id"]) < (sent_at, message_id)]
    window = ordered[: page_size + 1]
    if len(window) <= page_size:
        return window, None
    extra = window[page_size]
    return window[:page_size], f"{extra['sent_at']}_{extra['id']}"
