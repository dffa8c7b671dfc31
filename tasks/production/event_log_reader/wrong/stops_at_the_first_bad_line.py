import json
from typing import Any


def _reject(constant):
    raise ValueError(f"invalid constant {constant}")


def read_event_log(log_content: bytes) -> tuple[list[dict[str, Any]], list[int]]:
    events = []
    lines = log_content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    for number, line in enumerate(lines, start=1):
        if line.strip() == b"":
            continue
        try:
            event = json.loads(line.decode(), parse_constant=_reject)
            if not isinstance(event, dict):
                raise ValueError("expected an object")
        except ValueError:
            return events, [number]
        events.append(event)
    return events, []
