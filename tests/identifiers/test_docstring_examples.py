"""The examples in docstrings hold."""

import doctest
from types import ModuleType

import pytest

from evalkit import extraction
from evalkit.identifiers import styles, words


@pytest.mark.parametrize("module", [extraction, styles, words], ids=lambda module: module.__name__)
def test_docstring_examples(module: ModuleType) -> None:
    failed, tried = doctest.testmod(module)
    assert (failed, tried > 0) == (0, True)
