import math

import pytest
from solution import TokenBucket


@pytest.mark.requirement("refills")
@pytest.mark.example
def test_burst_and_full_refill():
    now = [1000.0]
    bucket = TokenBucket(bucket_capacity=4, tokens_per_second=2, read_clock=lambda: now[0])
    assert bucket.take_tokens(4) is True
    now[0] = 1002.0
    assert bucket.take_tokens(4) is True


@pytest.mark.requirement("tells-wait")
@pytest.mark.example
def test_wait_after_a_burst():
    bucket = TokenBucket(bucket_capacity=4, tokens_per_second=2, read_clock=lambda: 1000.0)
    bucket.take_tokens(4)
    assert bucket.seconds_until(3) == 1.5


@pytest.mark.requirement("starts-full")
def test_full_when_the_clock_shows_zero():
    bucket = TokenBucket(3, 1, lambda: 0.0)
    assert [bucket.take_tokens(1) for _ in range(4)] == [True, True, True, False]


@pytest.mark.requirement("refills")
def test_part_of_the_bucket_after_part_of_the_time():
    now = [50.0]
    bucket = TokenBucket(10, 4, lambda: now[0])
    bucket.take_tokens(10)
    now[0] = 50.5
    assert [bucket.take_tokens(2), bucket.take_tokens(1)] == [True, False]


@pytest.mark.requirement("caps-at-capacity")
def test_long_pause():
    now = [50.0]
    bucket = TokenBucket(3, 4, lambda: now[0])
    bucket.take_tokens(3)
    now[0] = 5000.0
    assert [bucket.take_tokens(3), bucket.take_tokens(1)] == [True, False]


@pytest.mark.requirement("caps-at-capacity")
def test_pause_before_the_first_call():
    now = [50.0]
    bucket = TokenBucket(2, 1, lambda: now[0])
    now[0] = 60.0
    assert [bucket.take_tokens(2), bucket.take_tokens(1)] == [True, False]


@pytest.mark.requirement("tells-wait")
def test_no_wait_when_tokens_are_there():
    now = [50.0]
    bucket = TokenBucket(4, 1, lambda: now[0])
    bucket.take_tokens(3)
    assert bucket.seconds_until(1) == 0


@pytest.mark.requirement("tells-wait")
def test_wait_counts_what_came_in_meanwhile():
    now = [50.0]
    bucket = TokenBucket(8, 2, lambda: now[0])
    bucket.take_tokens(8)
    now[0] = 51.5
    assert bucket.seconds_until(5) == 1.0


@pytest.mark.requirement("refused-takes-nothing")
def test_large_request_is_refused_small_one_is_not():
    bucket = TokenBucket(5, 1, lambda: 50.0)
    bucket.take_tokens(2)
    bucket.take_tokens(4)
    assert bucket.take_tokens(3) is True


@pytest.mark.requirement("refused-takes-nothing")
def test_impatient_caller_is_served_in_time():
    now = [50.0]
    bucket = TokenBucket(2, 1, lambda: now[0])
    bucket.take_tokens(2)
    for _ in range(5):
        bucket.take_tokens(1)
    now[0] = 52.0
    assert bucket.take_tokens(2) is True


@pytest.mark.requirement("keeps-fractions")
def test_asked_more_often_than_tokens_come():
    now = [64.0]
    bucket = TokenBucket(3, 1, lambda: now[0])
    bucket.take_tokens(3)
    waits = []
    for _ in range(4):
        now[0] += 0.25
        waits.append(bucket.seconds_until(1))
    assert waits == [0.75, 0.5, 0.25, 0.0]


@pytest.mark.requirement("keeps-fractions")
def test_tokens_of_a_slow_bucket():
    now = [64.0]
    bucket = TokenBucket(1, 0.5, lambda: now[0])
    bucket.take_tokens(1)
    now[0] = 65.0
    bucket.seconds_until(1)
    now[0] = 66.0
    assert bucket.take_tokens(1) is True


@pytest.mark.requirement("clock-going-back")
def test_clock_is_set_back():
    now = [1000.0]
    bucket = TokenBucket(4, 2, lambda: now[0])
    bucket.take_tokens(1)
    now[0] = 400.0
    assert bucket.take_tokens(3) is True


@pytest.mark.requirement("clock-going-back")
def test_tokens_come_in_after_the_clock_was_set_back():
    now = [1000.0]
    bucket = TokenBucket(4, 2, lambda: now[0])
    bucket.take_tokens(4)
    now[0] = 400.0
    bucket.seconds_until(4)
    now[0] = 402.0
    assert bucket.take_tokens(4) is True


@pytest.mark.requirement("no-wait-for-the-impossible")
def test_wait_for_more_than_the_bucket_holds():
    bucket = TokenBucket(4, 2, lambda: 50.0)
    try:
        wait = bucket.seconds_until(5)
    except ValueError:  # an error is as good as an endless wait
        return
    assert wait == math.inf
