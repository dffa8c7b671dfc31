"""A base prompt ends where the tokenizer would end a piece of the finished code."""

import re
from collections.abc import Callable

import pytest

from evalkit.models.borders import at_token_border

PROMPT = 'def one():\n    """Return 1."""\n'


def encoder(pattern: str) -> Callable[[str], list[int]]:
    pieces: dict[str, int] = {}
    return lambda text: [pieces.setdefault(piece, len(pieces)) for piece in re.findall(pattern, text)]


def test_newline_stays_where_it_belongs_to_the_quotes() -> None:
    quotes_and_newline = encoder(r"[^\s\w]+\n*|\w+|[^\S\n]+|\n+")
    assert at_token_border(PROMPT, quotes_and_newline) == PROMPT


def test_newline_goes_where_it_belongs_to_the_indentation() -> None:
    newline_and_indentation = encoder(r"\s+|[^\s\w]+|\w+")
    assert at_token_border(PROMPT, newline_and_indentation) == PROMPT.removesuffix("\n")


@pytest.mark.parametrize("text", ["", "\n", "no newline"])
def test_where_every_character_is_a_token_any_text_stays_as_it_is(text: str) -> None:
    assert at_token_border(text, encoder(r"(?s).")) == text


@pytest.mark.model
def test_starter_model_sees_no_newline_before_an_indented_body() -> None:
    from evalkit.models import load_model
    from evalkit.types import Prompt

    model = load_model("smollm2-135m-instruct", dtype="fp32", fetch=True)
    assert model.render(Prompt("base", PROMPT)).endswith('"""')
