import unicodedata

ZERO_WIDTH_JOINER = 0x200D


def split_graphemes(text: str) -> list[str]:
    graphemes: list[str] = []
    for char in text:
        code = ord(char)
        extends = (
            code == ZERO_WIDTH_JOINER or 0x1F3FB <= code <= 0x1F3FF or unicodedata.category(char) in ("Mn", "Mc", "Me")
        )
        joined = bool(graphemes) and ord(graphemes[-1][-1]) == ZERO_WIDTH_JOINER
        if graphemes and (extends or joined):
            graphemes[-1] += char
        else:
            graphemes.append(char)
    return graphemes


def shorten_display_text(display_text: str, max_characters: int, end_mark: str = "…") -> str:
    graphemes = split_graphemes(display_text)
    if len(graphemes) <= max_characters:
        return display_text
    keep = max_characters - len(split_graphemes(end_mark))
    return "".join(graphemes[:keep]) + end_mark
