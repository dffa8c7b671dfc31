import io
import json
from typing import Any


def _reject(constant):
    raise ValueError(f"invalid constant {constant}")


def read_event_log(log_content: bytes) -> tuple[list[dict[str, Any]], list[int]]:
    if log_content.startswith(b"\xef\xbb\xbf"):
        log_content = log_content[3:]
    lines = [line for line in io.BytesIO(log_content) if line.strip()]
    events, bad = [], []
    for number, line in enumerate(lines, 1):
        try:
            events.append(json.loads(line, parse_constant=_reject))
        except ValueError:
            bad.append(number)
    return events, bad
