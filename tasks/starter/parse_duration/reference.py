import re

SECONDS_PER_UNIT = {"h": 3600, "m": 60, "s": 1}


def parse_duration(duration_text: str) -> int:
    """Convert a duration such as "1h30m" to seconds."""
    compact = "".join(duration_text.lower().split())
    if not re.fullmatch(r"([0-9]+[hms])+", compact):
        raise ValueError(f"not a duration: {duration_text!r}")
    parts = re.findall(r"([0-9]+)([hms])", compact)
    return sum(int(number) * SECONDS_PER_UNIT[unit] for number, unit in parts)
