import pytest
from solution import shipping_price


@pytest.mark.requirement("first-kilogram")
@pytest.mark.example
def test_letter():
    assert shipping_price(250) == 490


@pytest.mark.requirement("first-kilogram")
@pytest.mark.example
def test_nearly_a_kilogram():
    assert shipping_price(999) == 490


@pytest.mark.requirement("first-kilogram")
def test_lightest_and_heaviest():
    assert shipping_price(1) == 490
    assert shipping_price(1000) == 490


@pytest.mark.requirement("started-kilograms")
def test_second_kilogram():
    assert shipping_price(1400) == 640


@pytest.mark.requirement("started-kilograms")
def test_many_kilograms():
    assert shipping_price(7300) == 1540


@pytest.mark.requirement("started-kilograms")
def test_one_gram_more():
    assert shipping_price(3001) == 940


@pytest.mark.requirement("whole-cents")
def test_price_is_an_int():
    assert isinstance(shipping_price(2500), int)


@pytest.mark.requirement("no-weight")
def test_nothing_to_send():
    with pytest.raises(ValueError):
        shipping_price(0)
    with pytest.raises(ValueError):
        shipping_price(-5)
