"""Numbers and untrusted texts as a reader can trust them.

Completions and verdict messages come from a model and from the code it wrote. They may hold markup, text
that pretends to be a table row, right-to-left overrides that reorder a line on screen, or terminal escapes.
"""

import math
import re
import unicodedata

from markupsafe import Markup

from evalkit.results.texts import unescape

UNKNOWN = "\N{EN DASH}"  # stands for every number that is not defined

_SPACES = str.maketrans({" ": "·", "\n": "⏎", "\t": "⇥"})
_INVISIBLE_KINDS = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_UNUSUAL = re.compile(r"[^\n\t\x20-\x7e]")  # all others are visible for sure: a report asks for hundreds of thousands
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>|~#&$])")


def visible(value: object) -> object:
    """A text with every control, format and surrogate character spelt out; line feeds and tabs stay.

    Other values, and markup that was already made from safe parts, are returned as they are.

    >>> visible("a\\u202eb")
    'a⟨U+202E⟩b'
    """
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return _UNUSUAL.sub(_visible_character, unescape(value))


def percent(share: float) -> str:
    """A share from 0 to 1 in per cent without the sign; only an exact 0 or 1 reads as 0 or 100.

    >>> percent(0.384), percent(0.004), percent(0.9996)
    ('38', '0.4', '>99.9')
    """
    if math.isnan(share):
        return UNKNOWN
    value = round(share * 100, 9)
    text = f"{value:.0f}"
    if text not in {"0", "100"} or value in {0, 100}:
        return text
    close = f"{value:.1f}"
    return {"0.0": "<0.1", "100.0": ">99.9"}.get(close, close.removesuffix(".0"))


def interval(estimate: float, low: float, high: float) -> str:
    """A share with its interval, '38 % [31 to 45]' with a dash; UNKNOWN when it is not defined."""
    if math.isnan(estimate):
        return UNKNOWN
    return f"{percent(estimate)} % [{percent(low)}\N{EN DASH}{percent(high)}]"


def number(estimate: float, low: float, high: float) -> str:
    """A number that is no share, with its interval; UNKNOWN when it is not defined.

    >>> number(0.756, 0.7, math.nan)
    '0.76'
    """
    if math.isnan(estimate):
        return UNKNOWN
    return f"{estimate:.2f}" + ("" if math.isnan(low + high) else f" [{low:.2f}\N{EN DASH}{high:.2f}]")


def count(number: int, noun: str) -> str:
    """A number with its noun in the right form: '1 sample', '1,200 samples'."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def markdown_inline(text: str) -> str:
    """Text for a Markdown table cell or a line of prose: nothing in it is markup and it stays on one line."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def markdown_code(text: str) -> str:
    """A name as a code span, or as plain text where a code span cannot hold it."""
    return f"`{text}`" if re.fullmatch(r"[^`|\s]+", text) else markdown_inline(text)


def markdown_fenced(text: str, language: str = "") -> str:
    """A code block whose fence is longer than any run of backticks in the text."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    end = "" if text.endswith("\n") else "\n"
    return f"{fence}{language}\n{text}{end}{fence}"


def shortened(text: str, limit: int) -> str:
    """At most `limit` characters of a text, saying how many are left out."""
    left_out = len(text) - limit
    return text if left_out <= 0 else f"{text[:limit]}… ({left_out:,} more characters)"


def token_text(text: str, limit: int = 60) -> str:
    """A token's text on one line, its white space to be seen: `·` is a space, `⏎` a line feed.

    >>> token_text("    return\\n"), token_text("")
    ('····return⏎', '∅')
    """
    shown = str(visible(text)).translate(_SPACES) or "∅"
    return shown if len(shown) <= limit else f"{shown[: limit - 1]}…"


def _visible_character(found: re.Match[str]) -> str:
    character = found[0]
    if unicodedata.category(character) not in _INVISIBLE_KINDS:
        return character
    return f"⟨U+{ord(character):04X}⟩"
