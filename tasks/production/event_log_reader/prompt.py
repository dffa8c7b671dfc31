from typing import Any


def read_event_log(log_content: bytes) -> tuple[list[dict[str, Any]], list[int]]:
    r"""Read an event log: UTF-8, one JSON object per line.

    Several programs write to the log, and some of them were killed while they did. So a line may be damaged; it is
    skipped. Returns the events in order, and the numbers of the bad lines, counted from 1. A line with JSON that
    is not an object is bad too.

    >>> read_event_log(b'{"kind": "start"}\n{"kind": "login", "user": 7}\n{"kind": "lo')
    ([{'kind': 'start'}, {'kind': 'login', 'user': 7}], [3])
    >>> read_event_log(b"")
    ([], [])
    """
