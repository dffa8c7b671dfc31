def count_words(input_text: str) -> int:
    """Return the number of words, separated by any white space, in a text."""
    return len(input_text.split())
