def count_words(input_text: str) -> int:
    count = 0
    for token in input_text.split():
        if token.replace("'", "").replace("-", "").isalnum():
            count += 1
    return count
