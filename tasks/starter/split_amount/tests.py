from decimal import Decimal

import pytest
from solution import split_amount


@pytest.mark.requirement("equal-parts")
@pytest.mark.example
def test_divides_evenly():
    assert split_amount(Decimal("8.50"), 2) == [Decimal("4.25"), Decimal("4.25")]


@pytest.mark.requirement("leftover-cents-first")
@pytest.mark.example
def test_one_cent_left():
    assert split_amount(Decimal("10.00"), 3) == [Decimal("3.34"), Decimal("3.33"), Decimal("3.33")]


@pytest.mark.requirement("equal-parts")
def test_whole_amount_without_decimals():
    assert split_amount(Decimal("9"), 2) == [Decimal("4.5"), Decimal("4.5")]


@pytest.mark.requirement("equal-parts")
def test_single_part():
    assert split_amount(Decimal("75.25"), 1) == [Decimal("75.25")]


@pytest.mark.requirement("leftover-cents-first")
def test_one_cent_left_of_a_larger_amount():
    assert split_amount(Decimal("100.00"), 3) == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]


@pytest.mark.requirement("leftover-cents-first")
def test_two_cents_left_of_five():
    assert split_amount(Decimal("0.05"), 3) == [Decimal("0.02"), Decimal("0.02"), Decimal("0.01")]


@pytest.mark.requirement("differs-by-one-cent")
def test_several_cents_left():
    # 100.00 = 7 x 14.28 + 0.04
    assert split_amount(Decimal("100.00"), 7) == [Decimal("14.29")] * 4 + [Decimal("14.28")] * 3


@pytest.mark.requirement("differs-by-one-cent")
def test_fewer_cents_than_parts():
    assert split_amount(Decimal("0.03"), 5) == [Decimal("0.01")] * 3 + [Decimal("0")] * 2


@pytest.mark.requirement("sums-to-total")
def test_cents_that_floats_cannot_hold():
    assert sum(split_amount(Decimal("0.29"), 2)) == Decimal("0.29")
    assert sum(split_amount(Decimal("1.15"), 3)) == Decimal("1.15")


@pytest.mark.requirement("sums-to-total")
def test_large_amount():
    assert sum(split_amount(Decimal("90071992547409931.07"), 3)) == Decimal("90071992547409931.07")


@pytest.mark.requirement("splits-refunds")
def test_refund_adds_up():
    parts = split_amount(Decimal("-10.00"), 3)
    assert sum(parts) == Decimal("-10.00")
    assert max(parts) < 0


@pytest.mark.requirement("refuses-bad-count")
def test_no_parts():
    with pytest.raises((ValueError, ArithmeticError)):
        split_amount(Decimal("10.00"), 0)


@pytest.mark.requirement("refuses-bad-count")
def test_negative_number_of_parts():
    with pytest.raises((ValueError, ArithmeticError)):
        split_amount(Decimal("10.00"), -2)
