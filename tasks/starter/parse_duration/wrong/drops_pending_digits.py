def parse_duration(duration_text: str) -> int:
    multipliers = {"h": 3600, "m": 60, "s": 1}
    text = duration_text.strip().lower()
    if not text:
        raise ValueError("empty duration")
    total = 0
    digits = ""
    for char in text:
        if char.isdigit():
            digits += char
        elif char in multipliers:
            total += int(digits) * multipliers[char]
            digits = ""
        elif not char.isspace():
            raise ValueError(f"unexpected {char!r} in duration {duration_text!r}")
    return total
