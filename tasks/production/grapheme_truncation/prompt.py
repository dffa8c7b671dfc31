def shorten_display_text(display_text: str, max_characters: int, end_mark: str = "…") -> str:
    """Shorten text for a column of a table.

    Text of at most `max_characters` characters, as a reader counts them, is returned as it is. From longer text as many
    characters are kept as fit together with `end_mark` into `max_characters`. `end_mark` itself always fits.

    >>> shorten_display_text("Hello", 5)
    'Hello'
    >>> shorten_display_text("Hello world", 8)
    'Hello w…'
    """
