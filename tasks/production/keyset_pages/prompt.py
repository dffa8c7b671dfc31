from typing import Any


def list_messages(
    all_messages: list[dict[str, Any]],
    page_size: int,
    page_cursor: str | None = None,
) -> tuple[list[dict[str, Any]], str | None]:
    """Return one page of a mailbox and the cursor of the next page.

    `all_messages` are the messages of the mailbox at this moment, in no particular order. Each has an "id", an
    int that no other message has, and "sent_at", whole seconds. Pages go from the newest to the oldest; of messages
    sent at the same time the one with the higher id comes first. The first page is asked for without a cursor. The
    cursor that comes with a page is text that says nothing to the client; after the last page it is None.

    >>> mailbox = [{"id": 1, "sent_at": 100}, {"id": 2, "sent_at": 300}, {"id": 3, "sent_at": 200}]
    >>> page, next_cursor = list_messages(mailbox, page_size=2)
    >>> [message["id"] for message in page]
    [2, 3]
    >>> next_cursor is None
    False
    >>> page, next_cursor = list_messages(mailbox, page_size=5)
    >>> [message["id"] for message in page]
    [2, 3, 1]
    >>> next_cursor is None
    True
    """
