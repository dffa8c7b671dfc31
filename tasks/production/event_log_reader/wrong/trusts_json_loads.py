import json
from typing import Any


def read_event_log(log_content: bytes) -> tuple[list[dict[str, Any]], list[int]]:
    events: list[dict[str, Any]] = []
    bad_lines: list[int] = []
    for line_number, raw_line in enumerate(log_content.split(b"\n"), start=1):
        if not raw_line.strip():
            continue
        try:
            event = json.loads(raw_line.decode("utf-8"))
        except (UnicodeDecodeError, json.JSONDecodeError):
            bad_lines.append(line_number)
            continue
        if not isinstance(event, dict):
            bad_lines.append(line_number)
            continue
        events.append(event)
    return events, bad_lines
