def truncate_text(input_text: str, max_length: int) -> str:
    if len(input_text) <= max_length:
        return input_text
    kept = input_text[: max(0, max_length - 3)].rsplit(" ", 1)[0]
    return (kept + "...")[:max_length]
