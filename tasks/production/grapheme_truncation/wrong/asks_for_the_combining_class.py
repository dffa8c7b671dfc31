import unicodedata


def shorten_display_text(display_text: str, max_characters: int, end_mark: str = "…") -> str:
    starts = [index for index, char in enumerate(display_text) if not unicodedata.combining(char)]
    if len(starts) <= max_characters:
        return display_text
    return display_text[: starts[max_characters - 1]] + end_mark
