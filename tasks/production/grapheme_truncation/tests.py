import pytest
from solution import shorten_display_text

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"  # man, woman and girl, joined
RAINBOW_FLAG = "\U0001f3f3\ufe0f\u200d\U0001f308"
THUMB = "\U0001f44d\U0001f3fd"  # with a skin tone
HEART = "\u2764\ufe0f"  # shown as an emoji
GERMANY = "\U0001f1e9\U0001f1ea"
FRANCE = "\U0001f1eb\U0001f1f7"


@pytest.mark.requirement("short-text-unchanged")
@pytest.mark.example
def test_text_that_just_fits():
    assert shorten_display_text("Hello", 5) == "Hello"


@pytest.mark.requirement("cut-and-marked")
@pytest.mark.example
def test_text_that_is_too_long():
    assert shorten_display_text("Hello world", 8) == "Hello w…"


@pytest.mark.requirement("short-text-unchanged")
def test_short_texts():
    for text in ("", "a", "  b ", "Zoe\u0308", "\u212b"):
        assert shorten_display_text(text, 4) == text


@pytest.mark.requirement("cut-and-marked")
def test_one_character_too_many():
    assert shorten_display_text("abcdef", 5) == "abcd…"


@pytest.mark.requirement("cut-and-marked")
def test_longer_end_mark():
    assert shorten_display_text("abcdefghij", 7, "...") == "abcd..."


@pytest.mark.requirement("cut-and-marked")
def test_only_the_end_mark_fits():
    assert shorten_display_text("abcdef", 1) == "…"


@pytest.mark.requirement("keeps-combining-marks")
def test_accent_at_the_cut():
    text = "ne\u0301e\u0301e\u0301e"
    assert shorten_display_text(text, 5) == text
    assert shorten_display_text(text, 4) == "ne\u0301e\u0301…"


@pytest.mark.requirement("keeps-combining-marks")
def test_vowel_signs():
    text = "\u0928\u093f\u0928\u093f\u0928\u093f"  # the same syllable of two code points, three times
    assert shorten_display_text(text, 3) == text
    assert shorten_display_text(text, 2) == "\u0928\u093f…"


@pytest.mark.requirement("keeps-joined-emoji")
def test_family():
    assert shorten_display_text(FAMILY, 1) == FAMILY
    assert shorten_display_text(f"{FAMILY}abc", 3) == f"{FAMILY}a…"
    assert shorten_display_text(f"a{FAMILY}bc", 2) == "a…"


@pytest.mark.requirement("keeps-joined-emoji")
def test_rainbow_flag():
    assert shorten_display_text(f"{RAINBOW_FLAG}!", 2) == f"{RAINBOW_FLAG}!"


@pytest.mark.requirement("keeps-emoji-variants")
def test_skin_tones():
    assert shorten_display_text(THUMB * 3, 3) == THUMB * 3
    assert shorten_display_text(THUMB * 4, 3) == f"{THUMB}{THUMB}…"
    for tone in "\U0001f3fb\U0001f3ff":
        assert shorten_display_text(f"\U0001f44d{tone}a", 2) == f"\U0001f44d{tone}a"


@pytest.mark.requirement("keeps-emoji-variants")
def test_variation_selector():
    assert shorten_display_text(HEART, 1) == HEART
    assert shorten_display_text(f"I {HEART} Oslo", 4) == f"I {HEART}…"


@pytest.mark.requirement("keeps-flags")
def test_flags():
    assert shorten_display_text(f"{GERMANY}{FRANCE}", 2) == f"{GERMANY}{FRANCE}"
    assert shorten_display_text(f"{GERMANY}{FRANCE}{GERMANY}", 2) == f"{GERMANY}…"
    assert shorten_display_text(f"a{GERMANY}{FRANCE}b", 3) == f"a{GERMANY}…"


@pytest.mark.requirement("keeps-flags")
def test_flags_of_the_first_and_last_letters():
    for flag in ("\U0001f1e6\U0001f1f9", "\U0001f1ff\U0001f1e6"):
        assert shorten_display_text(flag * 2, 2) == flag * 2
