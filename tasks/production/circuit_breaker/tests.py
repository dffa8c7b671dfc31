import contextlib

import pytest
from solution import CircuitBreaker


class Service:
    """Counts its calls; answers with "up" or raises the error it is given."""

    def __init__(self):
        self.calls = 0
        self.error = None

    def __call__(self):
        self.calls += 1
        if self.error is not None:
            raise self.error
        return "up"


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def fail(breaker, times, error=None):
    """Have the service fail that often, whatever the breaker makes of it."""
    service = Service()
    service.error = error or ConnectionError("down")
    for _ in range(times):
        with contextlib.suppress(Exception):
            breaker.run_guarded(service)
    return service.calls


def is_open(breaker):
    """Whether a call is refused."""
    service = Service()
    with contextlib.suppress(RuntimeError):
        breaker.run_guarded(service)
    return service.calls == 0


@pytest.mark.requirement("passes-through")
@pytest.mark.example
def test_result_of_the_first_call():
    breaker = CircuitBreaker(failure_limit=1, reset_seconds=30, read_clock=lambda: 0.0)
    assert breaker.run_guarded(lambda: "fine") == "fine"


@pytest.mark.requirement("passes-through")
def test_error_of_the_operation():
    service = Service()
    service.error = ConnectionRefusedError("port 80")
    breaker = CircuitBreaker(3, 30, Clock())
    with pytest.raises(ConnectionRefusedError, match="port 80"):
        breaker.run_guarded(service)


@pytest.mark.requirement("passes-through")
def test_none_is_a_result():
    assert CircuitBreaker(3, 30, Clock()).run_guarded(lambda: None) is None


@pytest.mark.requirement("opens-after-failures")
def test_operation_is_not_run_any_more():
    breaker = CircuitBreaker(3, 30, Clock())
    assert fail(breaker, 5) == 3


@pytest.mark.requirement("opens-after-failures")
def test_refusal_is_a_runtime_error():
    breaker = CircuitBreaker(2, 30, Clock())
    fail(breaker, 2)
    with pytest.raises(RuntimeError):
        breaker.run_guarded(lambda: "up")


@pytest.mark.requirement("success-ends-the-row")
def test_failures_with_successes_between_them():
    breaker = CircuitBreaker(3, 30, Clock())
    for _ in range(4):
        fail(breaker, 2)
        breaker.run_guarded(Service())
    assert not is_open(breaker)


@pytest.mark.requirement("tries-again-after-pause")
def test_refuses_to_the_end_of_the_pause():
    clock = Clock()
    breaker = CircuitBreaker(2, 30, clock)
    for _ in range(2):
        fail(breaker, 1)
        clock.now += 20.0
    seen = []
    for seconds in (9.5, 1.0):  # 29.5 and 30.5 seconds after the last failure
        clock.now += seconds
        seen.append(is_open(breaker))
    assert seen == [True, False]


@pytest.mark.requirement("tries-again-after-pause")
def test_refused_calls_do_not_lengthen_the_pause():
    clock = Clock()
    breaker = CircuitBreaker(1, 30, clock)
    fail(breaker, 1)
    for _ in range(3):
        clock.now += 9.0
        fail(breaker, 1)
    clock.now += 4.0
    assert not is_open(breaker)


@pytest.mark.requirement("good-trial-closes")
def test_whole_row_of_failures_is_needed_again():
    clock = Clock()
    breaker = CircuitBreaker(3, 30, clock)
    fail(breaker, 3)
    clock.now += 31.0
    breaker.run_guarded(Service())
    assert fail(breaker, 5) == 3


@pytest.mark.requirement("bad-trial-reopens")
def test_one_failed_trial():
    clock = Clock()
    breaker = CircuitBreaker(3, 30, clock)
    fail(breaker, 3)
    clock.now += 31.0
    assert fail(breaker, 4) == 1


@pytest.mark.requirement("bad-trial-reopens")
def test_pause_after_a_failed_trial():
    clock = Clock()
    breaker = CircuitBreaker(3, 30, clock)
    fail(breaker, 3)
    clock.now += 31.0
    fail(breaker, 1)
    clock.now += 29.0
    assert is_open(breaker)


@pytest.mark.requirement("one-trial-at-a-time")
def test_call_during_a_trial():
    clock = Clock()
    breaker = CircuitBreaker(1, 30, clock)
    fail(breaker, 1)
    clock.now += 31.0
    assert breaker.run_guarded(lambda: is_open(breaker)) is True


@pytest.mark.requirement("interrupted-trial-ends")
def test_trial_is_interrupted():
    clock = Clock()
    breaker = CircuitBreaker(1, 30, clock)
    fail(breaker, 1)
    clock.now += 31.0
    service = Service()
    service.error = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        breaker.run_guarded(service)
    clock.now += 31.0
    assert not is_open(breaker)
