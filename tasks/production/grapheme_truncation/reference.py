import unicodedata

_JOINER = "\u200d"


def shorten_display_text(display_text: str, max_characters: int, end_mark: str = "…") -> str:
    """Cut between clusters; the common rules of Unicode's text segmentation, without those for Hangul letters."""
    clusters = _clusters(display_text)
    if len(clusters) <= max_characters:
        return display_text
    return "".join(clusters[: max_characters - len(_clusters(end_mark))]) + end_mark


def _clusters(text: str) -> list[str]:
    clusters: list[str] = []
    for character in text:
        if clusters and _belongs(character, clusters[-1]):
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters


def _belongs(character: str, cluster: str) -> bool:
    """Whether a character continues the cluster before it."""
    if cluster[-1] == _JOINER or character == _JOINER or f"{cluster}{character}" == "\r\n":
        return True
    if _is_flag_letter(character):
        return len(cluster) == 1 and _is_flag_letter(cluster)
    is_tone = "\U0001f3fb" <= character <= "\U0001f3ff"
    return is_tone or unicodedata.category(character)[0] == "M"


def _is_flag_letter(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"
