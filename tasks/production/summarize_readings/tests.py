import math

import pytest
from solution import summarize_readings


def mean_of(readings):
    return summarize_readings(readings)[0]


def deviation_of(readings):
    return summarize_readings(readings)[1]


@pytest.mark.requirement("mean")
@pytest.mark.example
def test_three_readings():
    assert mean_of([2.0, 4.0, 6.0]) == 4.0


@pytest.mark.requirement("deviation")
@pytest.mark.example
def test_single_reading():
    assert summarize_readings([20.5]) == (20.5, 0.0)


@pytest.mark.requirement("mean")
def test_mean_between_two_numbers():
    assert mean_of([0.125, 0.25]) == 0.1875


@pytest.mark.requirement("mean")
def test_negative_mean():
    assert mean_of([-1.0, -2.0, 0.5, 0.25]) == -0.5625


@pytest.mark.requirement("deviation")
def test_deviation_of_eight():
    deviation = deviation_of([2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0])
    assert math.isclose(deviation, math.sqrt(32 / 7), rel_tol=1e-12)


@pytest.mark.requirement("deviation")
def test_deviation_of_two():
    assert math.isclose(deviation_of([3.0, 1.0]), math.sqrt(2), rel_tol=1e-12)


@pytest.mark.requirement("skips-missing")
def test_missing_readings_among_others():
    assert summarize_readings([2.0, math.nan, 4.0, 6.0, math.nan]) == summarize_readings([2.0, 4.0, 6.0])


@pytest.mark.requirement("skips-missing")
def test_one_reading_is_left():
    assert summarize_readings([math.nan, 3.0]) == (3.0, 0.0)


@pytest.mark.requirement("nothing-to-summarize")
def test_no_readings():
    with pytest.raises(ValueError):
        summarize_readings([])


@pytest.mark.requirement("nothing-to-summarize")
def test_missing_readings_alone():
    with pytest.raises(ValueError):
        summarize_readings([math.nan, math.nan])


@pytest.mark.requirement("no-rounding-errors")
def test_ten_tenths():
    assert mean_of([0.1] * 10) == 0.1


@pytest.mark.requirement("no-rounding-errors")
def test_small_reading_between_large_ones():
    assert mean_of([1e16, 3.0, -1e16]) == 1.0


@pytest.mark.requirement("close-readings-far-from-zero")
def test_billions():
    readings = [4.0, 7.0, 13.0, 16.0]
    shifted = [1e9 + reading for reading in readings]
    assert math.isclose(deviation_of(shifted), deviation_of(readings), rel_tol=1e-9)


@pytest.mark.requirement("close-readings-far-from-zero")
def test_milliseconds_since_1970():
    readings = [0.0, 0.25, 0.5]
    shifted = [1_700_000_000_000.0 + reading for reading in readings]
    assert math.isclose(deviation_of(shifted), deviation_of(readings), rel_tol=1e-9)


@pytest.mark.requirement("reads-once")
def test_iterator():
    readings = [2.0, 4.0, 7.0, 7.5]
    assert summarize_readings(iter(readings)) == summarize_readings(readings)
