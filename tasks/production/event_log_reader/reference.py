import json
from typing import Any


def read_event_log(log_content: bytes) -> tuple[list[dict[str, Any]], list[int]]:
    """Lines are told apart as bytes and decoded one by one, so that a damaged one damages no other."""
    events, bad = [], []
    for number, line in enumerate(log_content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            events.append(_read_event(line))
        except ValueError:  # not UTF-8, not JSON, or no object
            bad.append(number)
    return events, bad


def _read_event(line: bytes) -> dict[str, Any]:
    event = json.loads(line.decode("utf-8"), parse_constant=_refuse)
    if not isinstance(event, dict):
        raise ValueError("not an object")  # noqa: TRY004  # the line is wrong, not the program
    return event


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
