def truncate_text(input_text: str, max_length: int) -> str:
    if len(input_text) < max_length:
        return input_text
    if max_length <= 3:
        return "." * max_length
    return input_text[: max_length - 3] + "..."
