def count_words(input_text: str) -> int:
    """Split a text at white space and return the number of words.

    >>> count_words("the quick brown fox")
    4
    >>> count_words("hello")
    1
    """
