import pytest
from solution import exchange_rate


@pytest.mark.requirement("finds-the-rate")
@pytest.mark.example
def test_yen():
    assert exchange_rate({"USD": 1.08, "JPY": 161.5}, "JPY") == 161.5


@pytest.mark.requirement("finds-the-rate")
@pytest.mark.example
def test_dollar():
    assert exchange_rate({"USD": 1.08}, "USD") == 1.08


@pytest.mark.requirement("finds-the-rate")
def test_lower_case():
    assert exchange_rate({"CHF": 0.95}, "chf") == 0.95


@pytest.mark.requirement("own-currency")
def test_euro_is_not_listed():
    assert exchange_rate({"USD": 1.08}, "EUR") == 1.0


@pytest.mark.requirement("unknown-code")
def test_code_without_a_rate():
    with pytest.raises(ValueError):
        exchange_rate({"USD": 1.08}, "XAU")


@pytest.mark.requirement("unknown-code")
def test_no_rates_at_all():
    with pytest.raises(ValueError):
        exchange_rate({}, "usd")


@pytest.mark.requirement("rates-unchanged")
def test_rates_stay_as_they_were():
    rates = {"USD": 1.08}
    exchange_rate(rates, "USD")
    assert rates == {"USD": 1.08}
