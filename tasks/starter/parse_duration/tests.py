import pytest
from solution import parse_duration


@pytest.mark.requirement("sums-units")
@pytest.mark.example
def test_hours_and_minutes():
    assert parse_duration("1h30m") == 5400


@pytest.mark.requirement("sums-units")
@pytest.mark.example
def test_seconds_only():
    assert parse_duration("45s") == 45


@pytest.mark.requirement("sums-units")
def test_all_three_units():
    assert parse_duration("2h3m4s") == 7384


@pytest.mark.requirement("sums-units")
def test_minutes_beyond_an_hour():
    assert parse_duration("90m") == 5400


@pytest.mark.requirement("ignores-case-and-spaces")
def test_upper_case():
    assert parse_duration("1H15M") == 4500


@pytest.mark.requirement("ignores-case-and-spaces")
def test_spaces_between_and_around():
    assert parse_duration(" 2m 5s ") == 125


@pytest.mark.requirement("rejects-unknown-text")
def test_unknown_unit_after_a_known_one():
    with pytest.raises(ValueError):
        parse_duration("1h30x")


@pytest.mark.requirement("rejects-unknown-text")
def test_words_around_a_duration():
    with pytest.raises(ValueError):
        parse_duration("about 5m")


@pytest.mark.requirement("rejects-missing-unit")
def test_last_number_has_no_unit():
    with pytest.raises(ValueError):
        parse_duration("1h30")


@pytest.mark.requirement("rejects-empty")
def test_empty_text():
    with pytest.raises(ValueError):
        parse_duration("")


@pytest.mark.requirement("rejects-empty")
def test_blank_text():
    with pytest.raises(ValueError):
        parse_duration("   ")
