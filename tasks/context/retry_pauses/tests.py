import pytest
from solution import retry_pauses


@pytest.mark.requirement("one-fewer")
@pytest.mark.example
def test_one_attempt():
    assert retry_pauses(1) == []


@pytest.mark.requirement("doubles")
@pytest.mark.example
def test_three_attempts():
    assert retry_pauses(3) == [0.5, 1.0]


@pytest.mark.requirement("one-fewer")
def test_many_attempts():
    assert len(retry_pauses(12)) == 11


@pytest.mark.requirement("no-attempts")
def test_no_attempt():
    assert retry_pauses(0) == []


@pytest.mark.requirement("doubles")
def test_four_and_five_attempts():
    assert retry_pauses(4)[-1] == 2.0
    assert retry_pauses(5)[-1] == 4.0


@pytest.mark.requirement("capped")
def test_longest_pause():
    assert max(retry_pauses(30)) == 8.0


@pytest.mark.requirement("capped")
def test_pauses_stay_at_the_limit():
    assert retry_pauses(9)[-3:] == [8.0, 8.0, 8.0]
