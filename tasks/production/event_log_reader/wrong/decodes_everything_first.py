import json
from typing import Any


def _no_constants(name):
    raise ValueError(name)


def read_event_log(log_content: bytes) -> tuple[list[dict[str, Any]], list[int]]:
    text = log_content.decode("utf-8-sig", errors="replace")
    events, bad_lines = [], []
    for number, line in enumerate(text.splitlines(), start=1):
        line = line.strip()
        if not line:
            continue
        try:
            event = json.loads(line, parse_constant=_no_constants)
        except ValueError:
            bad_lines.append(number)
            continue
        if isinstance(event, dict):
            events.append(event)
        else:
            bad_lines.append(number)
    return events, bad_lines
