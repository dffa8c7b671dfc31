class TextCache:
    """Keep texts by key, with at most `max_bytes` bytes of text in all, measured in UTF-8.

    `store_text(text_key, text_value)` stores a text; when there is no room, the texts that were not used for
    longest are dropped, as many as needed. A text that is larger than `max_bytes` by itself is not stored.
    `fetch_text(text_key)` returns a text, or None; storing and fetching are use. `count_bytes()` says how many
    bytes of text are stored.

    >>> cache = TextCache(max_bytes=10)
    >>> cache.store_text("a", "12345")
    >>> cache.store_text("b", "1234")
    >>> cache.count_bytes()
    9
    >>> cache.fetch_text("b")
    '1234'
    >>> cache.fetch_text("c") is None
    True
    """

    def __init__(self, max_bytes: int) -> None:
        """An empty cache."""
