import pytest
from solution import truncate_text


@pytest.mark.requirement("marks-the-cut")
@pytest.mark.example
def test_cut_with_dots():
    assert truncate_text("hello world", 8) == "hello..."


@pytest.mark.requirement("short-text-unchanged")
@pytest.mark.example
def test_short_enough():
    assert truncate_text("hello", 10) == "hello"


@pytest.mark.requirement("marks-the-cut")
def test_cut_at_the_end_of_a_word():
    assert truncate_text("one two three", 10) == "one two..."


@pytest.mark.requirement("short-text-unchanged")
def test_empty_text():
    assert truncate_text("", 5) == ""


@pytest.mark.requirement("short-text-unchanged")
def test_white_space_in_a_short_text():
    assert truncate_text("a  b\nc", 20) == "a  b\nc"


@pytest.mark.requirement("exact-fit-unchanged")
def test_exactly_the_limit():
    assert truncate_text("deadline", 8) == "deadline"


@pytest.mark.requirement("keeps-the-beginning")
def test_cut_inside_a_word():
    assert truncate_text("internationalization", 10) == "interna..."


@pytest.mark.requirement("holds-tiny-limits")
def test_limit_of_two():
    try:
        shortened = truncate_text("deadline", 2)
    except ValueError:  # refusing such a limit is as good as keeping it
        return
    assert len(shortened) <= 2
