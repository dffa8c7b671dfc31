r"""Any Python text as valid UTF-8, and back without loss.

Models emit text that Parquet cannot hold: a lone surrogate (half of a split character) has no UTF-8 form.
Such a code unit is stored as the control character U+0010 ("data link escape") and its four hexadecimal
digits; U+0010 itself is doubled. All other text, NUL included, is stored as it is, so that other tools that
read the shards see it unchanged.
"""

import re

_ESCAPE = "\x10"
_UNSAFE = re.compile("[\x10\ud800-\udfff]")
_ESCAPED = re.compile("\x10(\x10|d[89a-f][0-9a-f]{2})")


def escape(text: str) -> str:
    r"""The storable form of any text.

    >>> escape("a\ud83dz")
    'a\x10d83dz'
    """
    return _UNSAFE.sub(_escape_one, text)


def unescape(text: str) -> str:
    """The text that `escape` was given."""
    return _ESCAPED.sub(_unescape_one, text)


def _escape_one(match: re.Match[str]) -> str:
    return _ESCAPE + (_ESCAPE if match[0] == _ESCAPE else f"{ord(match[0]):04x}")


def _unescape_one(match: re.Match[str]) -> str:
    return _ESCAPE if match[1] == _ESCAPE else chr(int(match[1], 16))
