def count_words(input_text: str) -> int:
    """Return the number of words in a text.

    >>> count_words("the quick brown fox")
    4
    >>> count_words("hello")
    1
    """
