"""Which characters of a completion are its code."""

import pytest

from evalkit.results.code_spans import code_span


@pytest.mark.parametrize(
    ("completion", "extracted", "reasoning_end", "code"),
    [
        ("    return a + b\n", "    return a + b\n", None, "    return a + b"),
        ("Sure:\n```python\ndef f():\n    pass\n```\nDone", "def f():\n    pass\n", None, "def f():\n    pass"),
        (
            "# first\n\n    # then\n    x = 1  # set\n",
            "# first\n\n    # then\n    x = 1  # set\n",
            None,
            "    x = 1  # set",
        ),
        ("def f(): ...\n\nNo:\ndef f(): ...\n", "def f(): ...\n", 14, "def f(): ..."),
        ("  def f():\n      return 1\nthanks", "def f():\n    return 1\n", None, "def f():\n      return 1"),
        (
            "def f():\n    pass\nprint(f())\ndef g():\n    go()\n!",
            "def f():\n    pass\ndef g():\n    go()\n",
            None,
            None,
        ),
        ("# only a remark\n", "# only a remark\n", None, "# only a remark"),
        ("I cannot.", None, None, ""),
    ],
)
def test_code_spans(completion: str, extracted: str | None, reasoning_end: int | None, code: str | None) -> None:
    start, end = code_span(completion, extracted, reasoning_end)
    assert completion[start:end] == (completion[:-2] if code is None else code)
    assert start >= (reasoning_end or 0)


def test_code_that_cannot_be_found_again_is_all_after_the_reasoning() -> None:
    assert code_span("hm. value = 2", "number = 3\n", 4) == (4, 13)
