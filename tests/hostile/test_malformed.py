"""D: sources that are no Python, or hardly."""

import pytest

from evalkit.types import Status

ONE_TEST = "from solution import f\n\n\ndef test_equal():\n    assert f(2) == 7\n"
GOOD = "def f(x):\n    return 7\n"
SOURCES = {
    "D49-nul": "\0" + GOOD,
    "D49-nul-inside": GOOD + "'\0'",
    "D49-lone-surrogates": GOOD + "x = '\udfff\ud800'",
    "D49-latin-cookie": "# -*- coding: latin-1 -*-\ndef f(x):\n    return '\xe9'\n",
    "D49-unknown-cookie": "# coding: nothing-of-the-kind\ndef f(x):\n    return '\xe9'\n",
    "D49-utf-7-cookie": "# coding: utf-7\ndef f(x):\n    return +AGE-\n",
    "D50-50-MB-of-code": "x = 0\n" * 8_000_000 + "def f(x):\n    return 0\n",
    "D50-50-MB-of-text": GOOD.replace("7", "len('" + "x" * 50_000_000 + "')"),
    "D50-70-MB": GOOD + "#" * 70_000_000,
    "D50-wide-characters": GOOD.replace("7", "8") + "#" + "\U0001f600" * 15_000_000,
    "D51-unary": "def f(x):\n    return " + "-" * 200_000 + "7\n",
    "D51-parentheses": "x = " + "(" * 1_000_000 + ")" * 1_000_000,
    "D51-brackets": "x = " + "[" * 90 + "]" * 90 + "\nx = " + "[" * 100_000,
    "D51-nested-calls": "x = " + "f(" * 100_000,
    "D51-sum": "def f(x):\n    return " + "+".join("1" * 100_000) + "\n",
    "D51-attributes": "x = f" + ".a" * 100_000,
    "D51-indentation": "".join(" " * n + "if 1:\n" for n in range(200)),
    "D51-literal": "def f(x):\n    return " + "9" * 1_000_000 + "\n",
    "D51-f-strings": "x = " + "f'{" * 300 + "}'" * 300,
    "D51-decorators": "@f\n" * 100_000 + GOOD,
    "D54-empty": "",
    "D54-blank": "\n\n  \n\t\n",
    "D54-prose": "Sure! Here is the function you asked for:",
    "D54-unclosed-fence": "```python\n" + GOOD,
    "D55-missing": "def g(x):\n    return 7\n",
    "D55-not-callable": "f = 7\n",
    "D55-none": "f = None\n",
    "D55-async": "async def f(x):\n    return 7\n",
    "D55-generator": "def f(x):\n    yield 7\n",
    "D55-wrong-arity": "def f():\n    return 7\n",
    "D55-deleted": GOOD + "del f\n",
    "D55-module-getattr": "def __getattr__(name):\n    raise KeyError(name)\n",
}


@pytest.mark.parametrize("name", SOURCES)
def test_it_does_not_pass_and_harms_nothing(survive, name):
    outcome = survive(SOURCES[name], ONE_TEST)["test_equal"]
    assert outcome.status in (Status.ERROR, Status.FAILED, Status.CRASHED, Status.OUT_OF_MEMORY, Status.TIMEOUT)
    assert len(outcome.message) <= 600


RUN_AS_PYTHON = {
    "D52-right-to-left": "def f(x):\n    \u202e# \u2066\n    return 7\n".replace("\u202e", ""),
    "D52-look-alike": "def \u0192\u0192(x):\n    return 8\ndef f(x):\n    return 7\n",
    "D52-normalised": "def \uff46(x):\n    return 7\n",  # a full-width f is the identifier f
    "D53-carriage-returns": GOOD.replace("\n", "\r\n"),
    "D53-form-feed": "\f" + GOOD,
    "D53-byte-order-mark": "\ufeff" + GOOD,
    "D49-utf-8-cookie": "# coding: latin-1\ndef f(x):\n    return 7 if '\xe9' == chr(233) else 8\n",
}


@pytest.mark.parametrize("name", RUN_AS_PYTHON)
def test_it_means_what_it_means_to_python(survive, name):
    survive(RUN_AS_PYTHON[name], ONE_TEST, passes=True)
