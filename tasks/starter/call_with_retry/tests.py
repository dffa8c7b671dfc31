import contextlib

import pytest
from solution import call_with_retry


def replay(answers):
    """An operation that gives the answers in turn: exceptions are raised, all else is returned."""

    def operation():
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return operation


@pytest.mark.requirement("returns-result")
@pytest.mark.example
def test_first_attempt_succeeds():
    pauses = []
    assert call_with_retry(lambda: "ready", max_attempts=3, first_delay=1, sleep_for=pauses.append) == "ready"
    assert pauses == []


@pytest.mark.requirement("doubles-pause")
@pytest.mark.example
def test_two_failures_then_success():
    pauses = []
    answers = [ConnectionError("refused"), ConnectionError("refused"), "ready"]

    def fetch():
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert call_with_retry(fetch, max_attempts=5, first_delay=1, sleep_for=pauses.append) == "ready"
    assert pauses == [1, 2]


@pytest.mark.requirement("returns-result")
def test_last_allowed_attempt_succeeds():
    operation = replay([ConnectionError("down"), ConnectionError("down"), 42])
    assert call_with_retry(operation, 3, 0.1, lambda seconds: None) == 42


@pytest.mark.requirement("returns-result")
def test_none_is_a_result_too():
    operation = replay([None, "asked twice"])
    assert call_with_retry(operation, 3, 0.1, lambda seconds: None) is None


@pytest.mark.requirement("doubles-pause")
def test_pauses_grow_from_the_first_delay():
    pauses = []
    operation = replay([ConnectionError("down")] * 4 + ["up"])
    call_with_retry(operation, 9, 0.5, pauses.append)
    assert pauses == [0.5, 1.0, 2.0, 4.0]


@pytest.mark.requirement("limits-attempts")
def test_counts_every_call():
    calls = []

    def operation():
        calls.append("call")
        raise ConnectionError("down")

    with contextlib.suppress(ConnectionError):
        call_with_retry(operation, 4, 0.1, lambda seconds: None)
    assert len(calls) == 4


@pytest.mark.requirement("raises-last-error")
def test_every_attempt_fails():
    operation = replay([ConnectionError("down")] * 9)
    with pytest.raises(ConnectionError):
        call_with_retry(operation, 3, 0.1, lambda seconds: None)


@pytest.mark.requirement("raises-last-error")
def test_only_attempt_fails():
    operation = replay([ConnectionError("down")] * 9)
    with pytest.raises(ConnectionError):
        call_with_retry(operation, 1, 0.1, lambda seconds: None)


@pytest.mark.requirement("no-pause-after-last")
def test_ends_with_an_attempt():
    events = []

    def operation():
        events.append("attempt")
        raise ConnectionError("down")

    with contextlib.suppress(ConnectionError):
        call_with_retry(operation, 3, 0.1, lambda seconds: events.append("pause"))
    assert events[-1] == "attempt"


@pytest.mark.requirement("other-errors-at-once")
def test_value_error_is_not_retried():
    answers = [ValueError("bad request"), "asked twice"]
    with pytest.raises(ValueError):
        call_with_retry(replay(answers), 3, 0.1, lambda seconds: None)
    assert answers == ["asked twice"]
