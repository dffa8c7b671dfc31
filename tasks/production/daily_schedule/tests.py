from datetime import datetime, time

import pytest
from solution import next_daily_run


def run_after(text, run_at, zone):
    """The next run as text, of the times "hour:minute"."""
    run = next_daily_run(datetime.fromisoformat(text), time.fromisoformat(run_at), zone)
    return run.isoformat(timespec="minutes")


@pytest.mark.requirement("next-after-now")
@pytest.mark.example
def test_today_and_tomorrow():
    now = datetime.fromisoformat("2024-01-15T12:00:00+00:00")
    assert next_daily_run(now, time(15, 30), "Europe/Berlin").isoformat() == "2024-01-15T14:30:00+00:00"
    assert next_daily_run(now, time(9, 0), "Europe/Berlin").isoformat() == "2024-01-16T08:00:00+00:00"


@pytest.mark.requirement("next-after-now")
def test_runs_at_this_very_moment():
    assert run_after("2024-01-15T14:30:00+00:00", "15:30", "Europe/Berlin") == "2024-01-16T14:30+00:00"


@pytest.mark.requirement("next-after-now")
def test_second_before_the_run():
    assert run_after("2024-01-15T14:29:59+00:00", "15:30", "Europe/Berlin") == "2024-01-15T14:30+00:00"


@pytest.mark.requirement("next-after-now")
def test_current_time_with_another_offset():
    assert run_after("2024-01-15T21:00:00+09:00", "15:30", "Europe/Berlin") == "2024-01-15T14:30+00:00"


@pytest.mark.requirement("skipped-times-shift")
def test_time_in_the_skipped_hour():
    assert run_after("2024-03-30T12:00:00+00:00", "02:30", "Europe/Berlin") == "2024-03-31T01:30+00:00"


@pytest.mark.requirement("skipped-times-shift")
def test_day_after_the_skipped_hour():
    assert run_after("2024-03-31T01:30:00+00:00", "02:30", "Europe/Berlin") == "2024-04-01T00:30+00:00"


@pytest.mark.requirement("same-time-all-year")
def test_clocks_are_set_forward_before_the_next_run():
    assert run_after("2024-03-30T10:00:00+00:00", "09:00", "Europe/Berlin") == "2024-03-31T07:00+00:00"


@pytest.mark.requirement("same-time-all-year")
def test_clocks_are_set_back_before_the_next_run():
    assert run_after("2024-11-02T16:00:00+00:00", "09:00", "America/New_York") == "2024-11-03T14:00+00:00"


@pytest.mark.requirement("zone-decides-the-date")
def test_tomorrow_has_begun_in_the_zone():
    assert run_after("2024-01-15T22:00:00+00:00", "18:00", "Pacific/Auckland") == "2024-01-16T05:00+00:00"


@pytest.mark.requirement("zone-decides-the-date")
def test_yesterday_is_not_over_in_the_zone():
    assert run_after("2024-01-15T03:00:00+00:00", "22:00", "America/Los_Angeles") == "2024-01-15T06:00+00:00"


@pytest.mark.requirement("repeated-time-runs-once")
def test_between_the_two_times():
    assert run_after("2024-10-27T00:45:00+00:00", "02:30", "Europe/Berlin") == "2024-10-28T01:30+00:00"


@pytest.mark.requirement("repeated-time-runs-once")
def test_in_the_second_hour_before_the_time_is_shown_again():
    assert run_after("2024-10-27T01:10:00+00:00", "02:30", "Europe/Berlin") == "2024-10-28T01:30+00:00"


@pytest.mark.requirement("repeated-time-runs-once")
def test_before_the_first_of_the_two():
    assert run_after("2024-10-26T12:00:00+00:00", "02:30", "Europe/Berlin") == "2024-10-27T00:30+00:00"


@pytest.mark.requirement("refuses-naive-times")
def test_current_time_without_an_offset():
    with pytest.raises((ValueError, TypeError)):
        next_daily_run(datetime(2024, 1, 15, 12, 0), time(9, 0), "Europe/Berlin")
