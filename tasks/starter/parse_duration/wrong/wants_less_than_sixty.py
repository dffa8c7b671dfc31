import re


def parse_duration(duration_text: str) -> int:
    text = "".join(duration_text.lower().split())
    match = re.fullmatch(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?", text)
    if not match or not text:
        raise ValueError(f"invalid duration: {duration_text!r}")
    hours, minutes, seconds = (int(group or 0) for group in match.groups())
    if minutes >= 60 or seconds >= 60:
        raise ValueError(f"minutes and seconds must be below 60: {duration_text!r}")
    return hours * 3600 + minutes * 60 + seconds
