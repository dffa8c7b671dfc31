def shorten_display_text(display_text: str, max_characters: int, end_mark: str = "…") -> str:
    if len(display_text) <= max_characters:
        return display_text
    return display_text[: max_characters - len(end_mark)] + end_mark
