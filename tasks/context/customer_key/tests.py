import pytest
from solution import customer_key


@pytest.mark.requirement("lower-and-hyphens")
@pytest.mark.example
def test_two_words():
    assert customer_key("Ada Lovelace") == "ada-lovelace"


@pytest.mark.requirement("lower-and-hyphens")
@pytest.mark.example
def test_one_word():
    assert customer_key("Plato") == "plato"


@pytest.mark.requirement("lower-and-hyphens")
def test_capitals_inside_words():
    assert customer_key("Ronald McDonald") == "ronald-mcdonald"


@pytest.mark.requirement("at-most-20")
def test_long_name():
    assert customer_key("Wolfeschlegelsteinhausen Berg") == "wolfeschlegelsteinha"


@pytest.mark.requirement("at-most-20")
def test_exactly_as_long_as_allowed():
    assert customer_key("abcdefghij klmnopqrs") == "abcdefghij-klmnopqrs"


@pytest.mark.requirement("no-hyphen-at-the-end")
def test_cut_behind_a_word():
    assert customer_key("Christophorus Miller Smith") == "christophorus-miller"
    assert customer_key("Christophorus Millet Ann") == "christophorus-millet"


@pytest.mark.requirement("no-hyphen-at-the-end")
def test_cut_right_behind_a_hyphen():
    assert customer_key("Maximilian Alexandr Smith") == "maximilian-alexandr"


@pytest.mark.requirement("any-blank-space")
def test_spaces_and_tabs():
    assert customer_key("  Ada \t Lovelace ") == "ada-lovelace"
