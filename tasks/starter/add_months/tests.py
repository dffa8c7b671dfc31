from datetime import date

import pytest
from solution import add_months


@pytest.mark.requirement("keeps-day")
@pytest.mark.example
def test_within_a_year():
    assert add_months(date(2024, 3, 15), 2) == date(2024, 5, 15)


@pytest.mark.requirement("crosses-years")
@pytest.mark.example
def test_into_the_next_year():
    assert add_months(date(2024, 11, 5), 3) == date(2025, 2, 5)


@pytest.mark.requirement("keeps-day")
def test_last_days_of_long_months():
    assert add_months(date(2023, 6, 30), 1) == date(2023, 7, 30)
    assert add_months(date(2023, 7, 31), 1) == date(2023, 8, 31)


@pytest.mark.requirement("keeps-day")
def test_zero_months():
    assert add_months(date(2023, 10, 31), 0) == date(2023, 10, 31)


@pytest.mark.requirement("crosses-years")
def test_several_years():
    assert add_months(date(2024, 1, 15), 30) == date(2026, 7, 15)


@pytest.mark.requirement("crosses-years")
def test_december():
    assert add_months(date(2024, 10, 1), 2) == date(2024, 12, 1)
    assert add_months(date(2024, 12, 9), 24) == date(2026, 12, 9)


@pytest.mark.requirement("goes-backward")
def test_back_within_the_year():
    assert add_months(date(2024, 8, 20), -7) == date(2024, 1, 20)


@pytest.mark.requirement("goes-backward")
def test_back_into_december():
    assert add_months(date(2024, 1, 10), -1) == date(2023, 12, 10)


@pytest.mark.requirement("clamps-to-month-end")
def test_end_of_january_in_a_leap_year():
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)


@pytest.mark.requirement("clamps-to-month-end")
def test_end_of_march():
    assert add_months(date(2023, 3, 31), 1) == date(2023, 4, 30)


@pytest.mark.requirement("clamps-to-month-end")
def test_a_year_after_leap_day():
    assert add_months(date(2024, 2, 29), 12) == date(2025, 2, 28)


@pytest.mark.requirement("century-leap-years")
def test_february_2100():
    assert add_months(date(2099, 12, 31), 2) == date(2100, 2, 28)


@pytest.mark.requirement("century-leap-years")
def test_february_2000():
    assert add_months(date(2000, 1, 29), 1) == date(2000, 2, 29)
