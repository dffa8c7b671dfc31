"""Where a base prompt may end for a given tokenizer."""

from collections.abc import Callable, Sequence

_BODY = "    return"


def at_token_border(text: str, encode: Callable[[str], Sequence[int]]) -> str:
    """`text` with or without its final newline, whichever ends where a token of the finished code ends.

    Some tokenizers keep closing quotes and the newline after them as one piece, others join the newline to the
    indentation of the next line. A prompt that ends inside such a piece is one the model has never seen followed
    by code: a small model then closes the file instead of writing the body.
    """
    bare = text.removesuffix("\n")
    finished = list(encode(f"{bare}\n{_BODY}"))
    for candidate in (text, bare):
        ids = list(encode(candidate))
        if finished[: len(ids)] == ids:
            return candidate
    return text
