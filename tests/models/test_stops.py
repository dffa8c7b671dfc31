"""Text decoded step by step equals text decoded at once, and stop strings are found where they begin."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_models import byte_tokenizer
from tokenizers import Tokenizer, decoders, models

from evalkit.models.stops import DrawnText, continuation
from evalkit.stopping import Stops, find_stop, settled_text
from evalkit.types import StopReason

TOKENIZER = byte_tokenizer()


def decode(ids: Sequence[int]) -> str:
    return TOKENIZER.decode(list(ids), skip_special_tokens=False)


def sentencepiece() -> Tokenizer:
    """Drops the space before the first token it decodes, and spells rare characters in bytes."""
    names = ["<unk>", *(f"<0x{byte:02X}>" for byte in range(256)), "\u2581", "\u2581\u2581", "\u2581return", "x"]
    backend = Tokenizer(models.BPE({name: i for i, name in enumerate(names)}, [], byte_fallback=True))
    backend.decoder = decoders.Sequence(
        [
            decoders.Replace("\u2581", " "),
            decoders.ByteFallback(),
            decoders.Fuse(),
            decoders.Strip(content=" ", left=1),
        ]
    )
    return backend


@given(st.text(max_size=30), st.text(min_size=1, max_size=30))
def test_text_grows_to_what_is_decoded_at_once(prompt: str, written: str) -> None:
    prompt_ids, ids = (TOKENIZER(each, add_special_tokens=False)["input_ids"] for each in (prompt, written))
    text = DrawnText(decode, prompt_ids, Stops())
    settled = ""
    for count, token in enumerate(ids, 1):
        text.append(token)
        settled = settled_text(continuation(decode, prompt_ids, ids[:count]), settled)
        assert text.settled == settled
    assert text.text == written


@given(st.lists(st.integers(0, len(TOKENIZER) - 1), max_size=40))
def test_any_tokens_decode_as_at_once(ids: list[int]) -> None:
    text = DrawnText(decode, [5, 6], Stops())
    for count, token in enumerate(ids, 1):
        text.append(token)
        assert text.text == continuation(decode, [5, 6], ids[:count])


def test_indentation_after_the_prompt_is_kept() -> None:
    backend = sentencepiece()
    ids = [backend.token_to_id(name) for name in ("\u2581\u2581", "\u2581", "\u2581return")]
    assert backend.decode(ids) == "   return"  # one space short: the trap
    text = DrawnText(backend.decode, [backend.token_to_id("x")], Stops())
    for token in ids:
        text.append(token)
    assert text.text == "    return"


def test_characters_spelled_in_bytes_settle_once_whole() -> None:
    backend = sentencepiece()
    text = DrawnText(backend.decode, [backend.token_to_id("x")], Stops())
    settled = []
    for byte in "\N{SNOWMAN}\N{COMET}".encode():
        text.append(1 + byte)
        settled.append(text.settled)
    assert settled == ["", "", *["\N{SNOWMAN}"] * 3, "\N{SNOWMAN}\N{COMET}"]


@given(st.text("ab\n", max_size=20), st.lists(st.text("ab\n", min_size=1, max_size=3), max_size=3))
def test_stops_are_found_at_the_first_token_that_completes_one(written: str, stop: list[str]) -> None:
    text = DrawnText(decode, [5], Stops(stop))
    for count, token in enumerate(TOKENIZER(written, add_special_tokens=False)["input_ids"], 1):
        found = text.append(token)
        cut = find_stop(written[:count], stop)
        assert found == (None if cut is None else (cut, StopReason.STOP_STRING))
        if cut is not None:
            break


@pytest.mark.parametrize(("text", "expected"), [("a# b", 1), ("a#b ", 1), ("ab", None)])
def test_the_earliest_stop_counts(text: str, expected: int | None) -> None:
    assert find_stop(text, ["b ", "#"]) == expected
