import re


def count_words(input_text: str) -> int:
    return len(re.findall(r"\b\w+\b", input_text))
