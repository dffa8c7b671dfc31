import pytest
from solution import count_words


@pytest.mark.requirement("counts-words")
@pytest.mark.example
def test_four_words():
    assert count_words("the quick brown fox") == 4


@pytest.mark.requirement("counts-words")
@pytest.mark.example
def test_single_word():
    assert count_words("hello") == 1


@pytest.mark.requirement("counts-words")
def test_sentence_with_full_stop():
    assert count_words("All is well, she said.") == 5


@pytest.mark.requirement("any-white-space")
def test_several_spaces():
    assert count_words("  too   much  room ") == 3


@pytest.mark.requirement("any-white-space")
def test_tabs_and_line_ends():
    assert count_words("name\tage\nann\t30\n") == 4


@pytest.mark.requirement("no-words-in-blank-text")
def test_empty_text():
    assert count_words("") == 0


@pytest.mark.requirement("no-words-in-blank-text")
def test_spaces_only():
    assert count_words("   ") == 0


@pytest.mark.requirement("keeps-words-whole")
def test_apostrophe_and_hyphen():
    assert count_words("don't use well-known names") == 4
