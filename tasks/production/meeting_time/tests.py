from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from solution import convert_meeting_time


def converted(text, source, target):
    return convert_meeting_time(datetime.fromisoformat(text), source, target).isoformat()


@pytest.mark.requirement("converts")
@pytest.mark.example
def test_two_winter_days():
    meeting = convert_meeting_time(datetime(2024, 1, 15, 9, 30), "Europe/Berlin", "America/New_York")
    assert meeting.isoformat() == "2024-01-15T03:30:00-05:00"
    meeting = convert_meeting_time(datetime(2024, 1, 15, 18, 0), "America/New_York", "Asia/Tokyo")
    assert meeting.isoformat() == "2024-01-16T08:00:00+09:00"


@pytest.mark.requirement("converts")
def test_offsets_with_half_and_quarter_hours():
    assert converted("2024-02-01T12:00", "Asia/Kolkata", "Asia/Kathmandu") == "2024-02-01T12:15:00+05:45"


@pytest.mark.requirement("converts")
def test_seconds_are_kept():
    assert converted("2024-02-01T12:00:07.250", "UTC", "Asia/Tokyo") == "2024-02-01T21:00:07.250000+09:00"


@pytest.mark.requirement("skipped-times-raise")
def test_hour_that_is_skipped():
    for text in ("2024-03-31T02:00", "2024-03-31T02:30", "2024-03-31T02:59:59"):
        with pytest.raises(ValueError):
            converted(text, "Europe/Berlin", "UTC")


@pytest.mark.requirement("skipped-times-raise")
def test_day_that_is_skipped():
    with pytest.raises(ValueError):
        converted("2011-12-30T12:00", "Pacific/Apia", "UTC")


@pytest.mark.requirement("skipped-times-raise")
def test_ends_of_the_skipped_hour_exist():
    assert converted("2024-03-31T01:59:59", "Europe/Berlin", "UTC") == "2024-03-31T00:59:59+00:00"
    assert converted("2024-03-31T03:00:00", "Europe/Berlin", "UTC") == "2024-03-31T01:00:00+00:00"


@pytest.mark.requirement("first-of-two")
def test_hour_that_comes_twice():
    assert converted("2024-10-27T02:30", "Europe/Berlin", "UTC") == "2024-10-27T00:30:00+00:00"


@pytest.mark.requirement("first-of-two")
def test_hour_that_comes_twice_in_new_york():
    assert converted("2024-11-03T01:15", "America/New_York", "UTC") == "2024-11-03T05:15:00+00:00"


@pytest.mark.requirement("follows-daylight-saving")
def test_summer():
    assert converted("2024-07-15T09:30", "Europe/Berlin", "UTC") == "2024-07-15T07:30:00+00:00"


@pytest.mark.requirement("follows-daylight-saving")
def test_weeks_between_the_changes_of_two_continents():
    assert converted("2024-03-20T15:00", "Europe/Berlin", "America/New_York") == "2024-03-20T10:00:00-04:00"


@pytest.mark.requirement("follows-daylight-saving")
def test_southern_summer():
    assert converted("2024-01-20T08:00", "UTC", "Australia/Sydney") == "2024-01-20T19:00:00+11:00"
    assert converted("2024-07-20T08:00", "UTC", "Australia/Sydney") == "2024-07-20T18:00:00+10:00"


@pytest.mark.requirement("second-hour-in-the-target")
def test_both_moments_of_a_repeated_time():
    assert converted("2024-10-27T00:30", "UTC", "Europe/Berlin") == "2024-10-27T02:30:00+02:00"
    assert converted("2024-10-27T01:30", "UTC", "Europe/Berlin") == "2024-10-27T02:30:00+01:00"


@pytest.mark.requirement("unknown-zones-raise")
def test_zones_that_do_not_exist():
    for name in ("Mars/Olympus", "europe berlin", ""):
        with pytest.raises(ValueError):
            converted("2024-01-15T09:30", name, "UTC")


@pytest.mark.requirement("unknown-zones-raise")
def test_folders_and_paths_are_no_zones():
    for name in ("Europe", "../UTC", "/etc/localtime"):
        with pytest.raises(ValueError):
            converted("2024-01-15T09:30", "UTC", name)


@pytest.mark.requirement("refuses-aware-times")
def test_times_with_an_offset():
    for zone in (timezone.utc, timezone(timedelta(hours=2)), ZoneInfo("Asia/Tokyo")):  # noqa: UP017  # crosses alike
        with pytest.raises((ValueError, TypeError)):
            convert_meeting_time(datetime(2024, 1, 15, 9, 30, tzinfo=zone), "Europe/Berlin", "UTC")
