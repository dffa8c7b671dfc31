from typing import Any


def list_messages(
    all_messages: list[dict[str, Any]],
    page_size: int,
    page_cursor: str | None = None,
) -> tuple[list[dict[str, Any]], str | None]:
    """The cursor is the place of the page's last message in the order, so it holds without that message too."""
    ordered = sorted(all_messages, key=_place, reverse=True)
    if page_cursor is not None:
        last = _read_cursor(page_cursor)
        ordered = [message for message in ordered if _place(message) < last]
    page = ordered[:page_size]
    if len(ordered) <= page_size:
        return page, None
    sent_at, message_id = _place(page[-1])
    return page, f"{sent_at}:{message_id}"


def _place(message: dict[str, Any]) -> tuple[int, int]:
    return message["sent_at"], message["id"]


def _read_cursor(cursor: str) -> tuple[int, int]:
    sent_at, _, message_id = cursor.partition(":")
    try:
        return int(sent_at), int(message_id)
    except ValueError:
        raise ValueError(f"{cursor!r} is not a cursor of this mailbox") from None
