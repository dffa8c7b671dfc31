import base64
import json
from typing import Any


def list_messages(
    all_messages: list[dict[str, Any]],
    page_size: int,
    page_cursor: str | None = None,
) -> tuple[list[dict[str, Any]], str | None]:
    after = None
    if page_cursor:
        try:
            after = tuple(json.loads(base64.urlsafe_b64decode(page_cursor)))
        except Exception:
            after = None
    ordered = sorted(all_messages, key=lambda m: (m["sent_at"], m["id"]), reverse=True)
    if after is not None:
        ordered = [m for m in ordered if (m["sent_at"], m["id"]) < after]
    page = ordered[:page_size]
    if len(ordered) <= page_size:
        return page, None
    last = page[-1]
    cursor = base64.urlsafe_b64encode(json.dumps([last["sent_at"], last["id"]]).encode()).decode()
    return page, cursor
