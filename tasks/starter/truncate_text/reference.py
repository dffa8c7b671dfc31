DOTS = "..."


def truncate_text(input_text: str, max_length: int) -> str:
    """Shorten a text to at most `max_length` characters; where the dots do not fit, they are cut too."""
    if len(input_text) <= max_length:
        return input_text
    kept = max(max_length - len(DOTS), 0)
    return (input_text[:kept] + DOTS)[:max_length]
