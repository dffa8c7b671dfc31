import pytest
from solution import free_gaps, np


def gaps(pairs, day_start, day_end):
    busy = np.array(pairs, dtype=int).reshape(-1, 2)
    return [tuple(gap) for gap in free_gaps(busy, day_start, day_end).tolist()]


@pytest.mark.requirement("finds-gaps")
@pytest.mark.example
def test_one_meeting():
    assert gaps([(600, 660)], 540, 1020) == [(540, 600), (660, 1020)]


@pytest.mark.requirement("finds-gaps")
def test_three_meetings():
    assert gaps([(550, 560), (600, 660), (700, 900)], 540, 1020) == [(540, 550), (560, 600), (660, 700), (900, 1020)]


@pytest.mark.requirement("finds-gaps")
def test_a_free_day():
    assert gaps([], 0, 1440) == [(0, 1440)]


@pytest.mark.requirement("overlaps")
def test_meetings_that_overlap():
    assert [gap for gap in gaps([(600, 700), (650, 800)], 540, 1020) if gap[0] < gap[1]] == [(540, 600), (800, 1020)]


@pytest.mark.requirement("overlaps")
def test_a_meeting_within_another():
    found = gaps([(600, 900), (650, 700), (920, 930)], 540, 1020)
    assert [gap for gap in found if gap[0] < gap[1]] == [(540, 600), (900, 920), (930, 1020)]


@pytest.mark.requirement("overlaps")
def test_meetings_in_any_order():
    assert gaps([(900, 930), (560, 600), (700, 720)], 540, 1020) == [(540, 560), (600, 700), (720, 900), (930, 1020)]


@pytest.mark.requirement("only-the-day")
def test_meetings_before_and_after_the_day():
    found = gaps([(300, 400), (600, 660), (1100, 1200)], 540, 1020)
    assert [gap for gap in found if gap[0] < gap[1]] == [(540, 600), (660, 1020)]


@pytest.mark.requirement("only-the-day")
def test_meetings_that_reach_over_an_end():
    found = gaps([(500, 570), (1000, 1050)], 540, 1020)
    assert [gap for gap in found if gap[0] < gap[1]] == [(570, 1000)]


@pytest.mark.requirement("no-empty-gaps")
def test_meetings_side_by_side():
    assert [gap for gap in gaps([(600, 660), (660, 720)], 540, 1020) if gap[0] == gap[1]] == []


@pytest.mark.requirement("no-empty-gaps")
def test_meetings_at_the_ends_of_the_day():
    assert [gap for gap in gaps([(540, 600), (960, 1020)], 540, 1020) if gap[0] == gap[1]] == []
