import re

UNIT_SECONDS = {"h": 3600, "m": 60, "s": 1}


def parse_duration(duration_text: str) -> int:
    parts = re.findall(r"(\d+)\s*([hms])", duration_text.lower())
    if not parts:
        raise ValueError(f"Invalid duration: {duration_text!r}")
    return sum(int(amount) * UNIT_SECONDS[unit] for amount, unit in parts)
