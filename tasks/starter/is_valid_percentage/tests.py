import pytest
from solution import is_valid_percentage


@pytest.mark.requirement("tells-inside-from-outside")
@pytest.mark.example
def test_half():
    assert is_valid_percentage(50) is True


@pytest.mark.requirement("tells-inside-from-outside")
@pytest.mark.example
def test_too_much():
    assert is_valid_percentage(120) is False


@pytest.mark.requirement("tells-inside-from-outside")
def test_negative():
    assert not is_valid_percentage(-20)


@pytest.mark.requirement("includes-both-ends")
def test_nothing():
    assert is_valid_percentage(0)


@pytest.mark.requirement("includes-both-ends")
def test_everything():
    assert is_valid_percentage(100)


@pytest.mark.requirement("accepts-fractions")
def test_fraction_inside():
    assert is_valid_percentage(33.3)


@pytest.mark.requirement("is-exact-at-the-ends")
def test_just_below():
    assert not is_valid_percentage(-0.5)


@pytest.mark.requirement("is-exact-at-the-ends")
def test_just_above():
    assert not is_valid_percentage(100.1)
