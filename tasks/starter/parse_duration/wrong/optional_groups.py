import re

DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?", re.IGNORECASE)


def parse_duration(duration_text: str) -> int:
    match = DURATION.fullmatch(duration_text.strip())
    if match is None:
        raise ValueError(f"Invalid duration: {duration_text!r}")
    hours, minutes, seconds = (int(group or 0) for group in match.groups())
    return hours * 3600 + minutes * 60 + seconds
