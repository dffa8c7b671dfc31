import textwrap


def truncate_text(input_text: str, max_length: int) -> str:
    return textwrap.shorten(input_text, width=max_length, placeholder="...")
