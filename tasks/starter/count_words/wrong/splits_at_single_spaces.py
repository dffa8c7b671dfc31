def count_words(input_text: str) -> int:
    return len(input_text.split(" "))
