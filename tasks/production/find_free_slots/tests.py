from datetime import datetime, timedelta

import pytest
from solution import find_free_slots


def at(hour, minute=0):
    return datetime(2024, 5, 6) + timedelta(hours=hour, minutes=minute)


def bookings(*hours):
    return [(at(begin), at(end)) for begin, end in hours]


def free(*hours, begin=8, end=18, minutes=0):
    """Free slots of a day in hours."""
    slots = find_free_slots(bookings(*hours), at(begin), at(end), timedelta(minutes=minutes))
    return [((first - at(0)) / timedelta(hours=1), (last - at(0)) / timedelta(hours=1)) for first, last in slots]


@pytest.mark.requirement("gaps-between")
@pytest.mark.example
def test_one_meeting():
    assert find_free_slots(bookings((9, 10)), at(8), at(18)) == [(at(8), at(9)), (at(10), at(18))]


@pytest.mark.requirement("gaps-between")
def test_three_meetings():
    assert free((9, 10), (11, 12), (15, 18)) == [(8, 9), (10, 11), (12, 15)]


@pytest.mark.requirement("gaps-between")
def test_no_meeting():
    assert free() == [(8, 18)]


@pytest.mark.requirement("gaps-between")
def test_all_day():
    assert free((8, 18)) == []


@pytest.mark.requirement("minimum-length")
def test_short_gaps_are_left_out():
    assert free((8.5, 10), (10.75, 14), (16, 17.5), minutes=60) == [(14, 16)]


@pytest.mark.requirement("minimum-length")
def test_exactly_long_enough():
    assert free((9, 17), minutes=60) == [(8, 9), (17, 18)]


@pytest.mark.requirement("overlapping-bookings")
def test_one_inside_another():
    assert free((9, 15), (10, 11)) == [(8, 9), (15, 18)]


@pytest.mark.requirement("overlapping-bookings")
def test_one_begins_in_another():
    assert free((9, 11), (10, 12), (11.5, 13)) == [(8, 9), (13, 18)]


@pytest.mark.requirement("overlapping-bookings")
def test_long_one_around_two():
    assert free((9, 16), (10, 11), (13, 14), (16.5, 17)) == [(8, 9), (16, 16.5), (17, 18)]


@pytest.mark.requirement("any-order")
def test_later_meeting_first():
    assert free((14, 15), (9, 10)) == [(8, 9), (10, 14), (15, 18)]


@pytest.mark.requirement("any-order")
def test_list_stays():
    booked = bookings((14, 15), (9, 10))
    find_free_slots(booked, at(8), at(18))
    assert booked == bookings((14, 15), (9, 10))


@pytest.mark.requirement("inside-the-day")
def test_bookings_across_the_edges():
    assert free((7, 9), (17, 20)) == [(9, 17)]


@pytest.mark.requirement("inside-the-day")
def test_bookings_outside():
    assert free((5, 6), (19, 20)) == [(8, 18)]


@pytest.mark.requirement("inside-the-day")
def test_booking_longer_than_the_day():
    assert free((6, 22)) == []


@pytest.mark.requirement("no-empty-slots")
def test_neighbours():
    assert free((9, 10), (10, 11)) == [(8, 9), (11, 18)]


@pytest.mark.requirement("no-empty-slots")
def test_first_thing_in_the_day():
    assert free((8, 9), (17, 18)) == [(9, 17)]
