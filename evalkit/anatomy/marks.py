"""Token texts for people: white space to be seen, control characters spelt out."""

from evalkit.reports.formatting import visible

_MARKS = str.maketrans({" ": "·", "\n": "⏎", "\t": "⇥"})


def marked(text: str, limit: int = 60) -> str:
    """A token's text on one line: `·` is a space, `⏎` a line feed.

    >>> marked("    return\\n"), marked("")
    ('····return⏎', '∅')
    """
    shown = str(visible(text)).translate(_MARKS) or "∅"
    return shown if len(shown) <= limit else f"{shown[: limit - 1]}…"
