import re


def count_words(input_text: str) -> int:
    return len(re.findall(r"\s+", input_text.strip())) + 1
