"""Numbers that do not lie by rounding, and texts that cannot pretend to be something else."""

import doctest
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from evalkit.reports import formatting
from evalkit.reports.formatting import (
    count,
    interval,
    markdown_code,
    markdown_fenced,
    markdown_inline,
    percent,
    shortened,
    visible,
)


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0"),
        (1.0, "100"),
        (0.384, "38"),
        (0.57, "57"),
        (0.004, "0.4"),
        (0.0004, "<0.1"),
        (0.996, "99.6"),
        (0.99999, ">99.9"),
        (0.00499, "0.5"),
        (math.nan, "–"),  # noqa: RUF001 - the dash that reports show
    ],
)
def test_percent(share: float, text: str) -> None:
    assert percent(share) == text


def test_interval() -> None:
    assert interval(0.384, 0.311, 0.45) == "38 % [31\N{EN DASH}45]"
    assert interval(math.nan, math.nan, math.nan) == "\N{EN DASH}"


def test_count() -> None:
    assert [count(n, "sample") for n in (0, 1, 1200)] == ["0 samples", "1 sample", "1,200 samples"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202eb", "a⟨U+202E⟩b"),
        ("\x1b[31mred", "⟨U+001B⟩[31mred"),
        ("a\x00b\rc", "a⟨U+0000⟩b⟨U+000D⟩c"),
        ("\x10d83d", "⟨U+D83D⟩"),  # a lone surrogate as the tables hold it
        ("zero\u200bwidth\u2028line\U000e0041", "zero⟨U+200B⟩width⟨U+2028⟩line⟨U+E0041⟩"),
        ("def f():\n\treturn 'ä€😀'\n", "def f():\n\treturn 'ä€😀'\n"),
    ],
)
def test_what_cannot_be_seen_is_spelt_out(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_other_values_and_finished_markup_stay() -> None:
    assert visible(3) == 3
    assert isinstance(visible(Markup("<b>")), Markup)


def test_markdown_inline_keeps_one_line_without_markup() -> None:
    assert markdown_inline("a | b\n# <b>x</b> *y* `z` [l](u) &amp; \\") == (
        r"a \| b \# \<b\>x\</b\> \*y\* \`z\` \[l\](u) \&amp; \\"
    )


@pytest.mark.parametrize(
    ("text", "code"), [("parse_x", "`parse_x`"), ("a`b", r"a\`b"), ("a|b", r"a\|b"), ("a b", "a b")]
)
def test_markdown_code(text: str, code: str) -> None:
    assert markdown_code(text) == code


@given(st.text(st.sampled_from("`~a\n")))
def test_a_fence_is_longer_than_anything_inside(text: str) -> None:
    lines = markdown_fenced(text, "python").split("\n")
    fence = lines[-1]
    assert lines[0] == f"{fence}python"
    assert set(fence) == {"`"}
    assert len(fence) >= 3
    assert fence not in text
    assert "\n".join(lines[1:-1]).rstrip("\n") == text.rstrip("\n")


def test_shortened_says_how_much_is_missing() -> None:
    assert shortened("abc", 3) == "abc"
    assert shortened("a" * 1500, 2) == "aa… (1,498 more characters)"


def test_the_values_shown_in_docstrings() -> None:
    shown = doctest.testmod(formatting)
    assert shown.attempted > 0
    assert shown.failed == 0
