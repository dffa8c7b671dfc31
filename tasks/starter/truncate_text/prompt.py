def truncate_text(input_text: str, max_length: int) -> str:
    """Shorten a text to at most `max_length` characters; a text that was cut ends in three dots.

    >>> truncate_text("hello world", 8)
    'hello...'
    >>> truncate_text("hello", 10)
    'hello'
    """
