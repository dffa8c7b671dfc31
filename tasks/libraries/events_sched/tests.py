import pytest
from solution import run_events


def nothing():
    return None


def fails():
    raise RuntimeError("no")


def run(*events, last_time=100):
    ran = []

    def noted(name, action):
        def note():
            ran.append(name)
            action()

        return note

    given = [(at, rank, name, noted(name, action)) for at, rank, name, action in events]
    finished = run_events(given, last_time)
    return finished, ran


@pytest.mark.requirement("in-order")
@pytest.mark.example
def test_two_events():
    assert run((20, 0, "late", nothing), (10, 0, "early", nothing)) == (["early", "late"], ["early", "late"])


@pytest.mark.requirement("in-order")
def test_the_smaller_rank_first():
    finished, _ = run((10, 5, "a", nothing), (10, -1, "b", nothing), (9, 7, "c", nothing), (10, 2, "d", nothing))
    assert finished == ["c", "b", "d", "a"]


@pytest.mark.requirement("until-last-time")
def test_what_is_due_at_the_last_time():
    finished, ran = run((10, 0, "a", nothing), (30, 0, "b", nothing), (20, 0, "c", nothing), last_time=20)
    assert finished == ["a", "c"] and ran == ["a", "c"]


@pytest.mark.requirement("until-last-time")
def test_nothing_is_due():
    assert run((11, 0, "a", nothing), (30, 0, "b", nothing), last_time=10) == ([], [])


@pytest.mark.requirement("goes-on")
def test_an_action_that_raises():
    finished, ran = run((10, 0, "a", nothing), (20, 0, "b", fails), (30, 0, "c", nothing))
    assert finished == ["a", "c"] and ran == ["a", "b", "c"]


@pytest.mark.requirement("goes-on")
def test_every_action_raises():
    assert run((10, 0, "a", fails), (20, 0, "b", fails)) == ([], ["a", "b"])


@pytest.mark.requirement("ties-in-order")
def test_events_of_one_time_and_rank():
    finished, _ = run((10, 1, "zeta", nothing), (10, 1, "alpha", nothing), (10, 1, "mid", nothing))
    assert finished == ["zeta", "alpha", "mid"]


@pytest.mark.requirement("ties-in-order")
def test_events_of_one_name():
    finished, _ = run((10, 1, "same", nothing), (10, 1, "same", nothing))
    assert finished == ["same", "same"]


@pytest.mark.requirement("events-unchanged")
def test_the_list_stays_as_it_was():
    given = [(30, 0, "b", nothing), (20, 0, "c", nothing), (40, 0, "a", nothing)]
    before = list(given)
    run_events(given, 100)
    assert given == before
