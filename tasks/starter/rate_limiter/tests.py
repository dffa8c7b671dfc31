import pytest
from solution import RateLimiter


@pytest.mark.requirement("limits-calls")
@pytest.mark.example
def test_third_call_is_refused():
    now = [0.0]
    limiter = RateLimiter(max_calls=2, window_seconds=10, read_clock=lambda: now[0])
    assert [limiter.allow_call("ann") for _ in range(3)] == [True, True, False]


@pytest.mark.requirement("allows-again")
@pytest.mark.example
def test_allowed_after_the_window():
    now = [0.0]
    limiter = RateLimiter(max_calls=2, window_seconds=10, read_clock=lambda: now[0])
    for _ in range(3):
        limiter.allow_call("ann")
    now[0] = 11.0
    assert limiter.allow_call("ann") is True


@pytest.mark.requirement("limits-calls")
def test_calls_spread_over_the_window():
    now = [0.0]
    limiter = RateLimiter(3, 60, lambda: now[0])
    answers = []
    for second in (1.0, 20.0, 40.0, 59.0):
        now[0] = second
        answers.append(limiter.allow_call("bob"))
    assert answers == [True, True, True, False]


@pytest.mark.requirement("allows-again")
def test_full_allowance_after_a_long_pause():
    now = [5.0]
    limiter = RateLimiter(2, 10, lambda: now[0])
    limiter.allow_call("cleo")
    limiter.allow_call("cleo")
    now[0] = 500.0
    assert [limiter.allow_call("cleo") for _ in range(3)] == [True, True, False]


@pytest.mark.requirement("holds-in-any-window")
def test_burst_around_a_round_number():
    now = [9.0]
    limiter = RateLimiter(2, 10, lambda: now[0])
    answers = [limiter.allow_call("dora"), limiter.allow_call("dora")]
    now[0] = 11.0
    answers.append(limiter.allow_call("dora"))
    assert answers == [True, True, False]


@pytest.mark.requirement("holds-in-any-window")
def test_calls_leave_the_window_one_by_one():
    now = [0.0]
    limiter = RateLimiter(2, 10, lambda: now[0])
    answers = []
    for second in (0.5, 9.0, 11.0, 12.0):  # at 12 those of 9 and 11 still count
        now[0] = second
        answers.append(limiter.allow_call("eric"))
    assert answers == [True, True, True, False]


@pytest.mark.requirement("clients-are-separate")
def test_one_client_does_not_use_up_the_other():
    limiter = RateLimiter(1, 10, lambda: 3.0)
    assert [limiter.allow_call(name) for name in ("fay", "gus", "fay")] == [True, True, False]


@pytest.mark.requirement("refused-calls-are-free")
def test_impatient_client():
    now = [0.0]
    limiter = RateLimiter(1, 10, lambda: now[0])
    limiter.allow_call("hal")
    for second in (3.0, 6.0, 9.0):
        now[0] = second
        limiter.allow_call("hal")
    now[0] = 10.5
    assert limiter.allow_call("hal") is True


@pytest.mark.requirement("limiters-are-separate")
def test_same_client_in_two_limiters():
    reading = RateLimiter(1, 10, lambda: 0.0)
    writing = RateLimiter(1, 10, lambda: 0.0)
    assert reading.allow_call("ivy") is True
    assert writing.allow_call("ivy") is True
