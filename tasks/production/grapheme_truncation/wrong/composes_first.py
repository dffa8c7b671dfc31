import unicodedata


def shorten_display_text(display_text: str, max_characters: int, end_mark: str = "…") -> str:
    text = unicodedata.normalize("NFC", display_text)
    if len(text) <= max_characters:
        return text
    return text[: max_characters - len(end_mark)] + end_mark
