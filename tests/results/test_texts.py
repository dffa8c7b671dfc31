"""Any text a model can emit is stored as valid UTF-8 and comes back unchanged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalkit.results.texts import escape, unescape

SURROGATES = st.characters(categories=["Cs"])
ANY_TEXT = st.text(st.one_of(st.characters(), SURROGATES, st.sampled_from("\x10\x00d8f0")))


@given(ANY_TEXT)
def test_every_text_survives(text: str) -> None:
    stored = escape(text)
    stored.encode()
    assert unescape(stored) == text


@given(st.text(st.characters(exclude_characters="\x10", exclude_categories=["Cs"])))
def test_ordinary_text_is_stored_as_it_is(text: str) -> None:
    assert escape(text) == text


@pytest.mark.parametrize(
    ("text", "stored"),
    [("a\ud83dz", "a\x10d83dz"), ("\x10", "\x10\x10"), ("\x10d83d", "\x10\x10d83d"), ("\x00", "\x00")],
)
def test_known_forms(text: str, stored: str) -> None:
    assert escape(text) == stored
    assert unescape(stored) == text
