import pytest
from solution import format_amount


@pytest.mark.requirement("two-decimals")
@pytest.mark.example
def test_price():
    assert format_amount(1999) == "19.99"


@pytest.mark.requirement("two-decimals")
@pytest.mark.example
def test_round_tens():
    assert format_amount(123450) == "1234.50"


@pytest.mark.requirement("two-decimals")
def test_few_cents():
    assert format_amount(5) == "0.05"
    assert format_amount(100) == "1.00"


@pytest.mark.requirement("two-decimals")
def test_nothing():
    assert format_amount(0) == "0.00"


@pytest.mark.requirement("negative-in-parentheses")
def test_refund():
    assert format_amount(-4210) == "(42.10)"


@pytest.mark.requirement("negative-in-parentheses")
def test_refund_below_one_unit():
    assert format_amount(-99) == "(0.99)"


@pytest.mark.requirement("exact")
def test_more_digits_than_a_float_has():
    assert format_amount(12345678901234567890123) == "123456789012345678901.23"
