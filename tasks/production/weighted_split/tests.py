from decimal import Decimal

import pytest
from solution import split_by_weights


def split(total, weights, places=2):
    return split_by_weights(Decimal(total), weights, places)


def amounts(*texts):
    return [Decimal(text) for text in texts]


@pytest.mark.requirement("largest-remainders-first")
@pytest.mark.example
def test_nothing_left_over():
    shares = split_by_weights(Decimal("10.00"), [1, 1, 2])
    assert shares == [Decimal("2.50"), Decimal("2.50"), Decimal("5.00")]


@pytest.mark.requirement("adds-up")
@pytest.mark.example
def test_currency_without_decimal_places():
    assert split_by_weights(Decimal("100"), [3, 1], decimal_places=0) == [Decimal("75"), Decimal("25")]


@pytest.mark.requirement("adds-up")
def test_sum_of_many_splits():
    for total in ("0.01", "0.05", "1.00", "99.99", "1000.07"):
        for weights in ([1, 1, 1], [5, 3, 2, 7], [1, 2, 3, 4, 5, 6], [97, 1, 1]):
            assert sum(split_by_weights(Decimal(total), weights)) == Decimal(total)


@pytest.mark.requirement("adds-up")
def test_total_of_zero():
    assert split("0", [1, 2]) == amounts("0.00", "0.00")


@pytest.mark.requirement("adds-up")
def test_one_share():
    assert split("7.5", [1]) == amounts("7.50")


@pytest.mark.requirement("largest-remainders-first")
def test_equal_remainders():
    assert split("1.00", [1, 1, 1]) == amounts("0.34", "0.33", "0.33")


@pytest.mark.requirement("largest-remainders-first")
def test_largest_remainder_is_in_the_middle():
    assert split("1.00", [3, 5, 4]) == amounts("0.25", "0.42", "0.33")  # exactly 25, 41 2/3 and 33 1/3 cents


@pytest.mark.requirement("largest-remainders-first")
def test_two_units_left_over():
    assert split("1.01", [1, 4, 3, 4]) == amounts("0.08", "0.34", "0.25", "0.34")  # 8.42, 33.67, 25.25, 33.67


@pytest.mark.requirement("largest-remainders-first")
def test_three_decimal_places():
    assert split("0.005", [1, 1], 3) == amounts("0.003", "0.002")


@pytest.mark.requirement("zero-weight-gets-nothing")
def test_weight_of_zero():
    assert split("0.01", [0, 1, 1])[0] == 0


@pytest.mark.requirement("zero-weight-gets-nothing")
def test_weight_of_zero_at_the_end():
    assert split("1.00", [1, 1, 1, 0])[3] == 0


@pytest.mark.requirement("negative-totals-mirror")
def test_refund():
    for weights in ([1, 1, 1], [7, 2, 2], [3, 5, 4], [1, 6]):
        payment = split_by_weights(Decimal("1.00"), weights)
        assert split_by_weights(Decimal("-1.00"), weights) == [-share for share in payment]


@pytest.mark.requirement("negative-totals-mirror")
def test_refund_of_a_cent():
    payment = split_by_weights(Decimal("0.01"), [1, 1])
    assert split_by_weights(Decimal("-0.01"), [1, 1]) == [-share for share in payment]


@pytest.mark.requirement("refuses-finer-totals")
def test_half_a_cent():
    with pytest.raises(ValueError):
        split_by_weights(Decimal("10.005"), [1, 1])


@pytest.mark.requirement("refuses-finer-totals")
def test_tenths_of_a_currency_without_any():
    with pytest.raises(ValueError):
        split_by_weights(Decimal("10.5"), [1, 1], 0)


@pytest.mark.requirement("refuses-bad-weights")
def test_weights_that_add_up_to_zero():
    for weights in ([], [0, 0]):
        with pytest.raises(ValueError):
            split_by_weights(Decimal("1.00"), weights)


@pytest.mark.requirement("refuses-bad-weights")
def test_negative_weight():
    with pytest.raises(ValueError):
        split_by_weights(Decimal("1.00"), [3, -1])


@pytest.mark.requirement("large-totals-are-exact")
def test_total_beyond_a_float():
    assert split("900719925474099310.06", [1, 1]) == amounts("450359962737049655.03") * 2


@pytest.mark.requirement("large-totals-are-exact")
def test_total_of_more_than_28_digits():
    total = "2" * 30 + ".20"
    assert split(total, [1, 1]) == amounts("1" * 30 + ".10") * 2
