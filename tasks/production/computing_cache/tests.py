import threading

import pytest
from solution import ComputingCache

A_MOMENT = 0.25  # seconds in which a thread that does not wait comes far enough to be noticed
AT_MOST = 4.0  # seconds that a thread that need not wait is given


class SlowComputation:
    """Says when it begins, and does not end before it is allowed to."""

    def __init__(self, value):
        self.value = value
        self.count = 0
        self.begun = threading.Event()
        self.begun_again = threading.Event()
        self.may_end = threading.Event()

    def __call__(self):
        self.count += 1
        (self.begun_again if self.begun.is_set() else self.begun).set()
        self.may_end.wait(AT_MOST)
        return self.value


def in_thread(function, *arguments):
    """Start a thread; what the function returns is appended to the list that comes with it."""
    results = []
    thread = threading.Thread(target=lambda: results.append(function(*arguments)), daemon=True)
    thread.start()
    return thread, results


@pytest.mark.requirement("reuses-fresh")
@pytest.mark.example
def test_second_computation_is_not_made():
    cache = ComputingCache(time_to_live=30, read_clock=lambda: 100.0)
    assert cache.get_or_compute("rate", lambda: 1.25) == 1.25
    assert cache.get_or_compute("rate", lambda: 9.99) == 1.25


@pytest.mark.requirement("expires")
@pytest.mark.example
def test_computed_again_after_its_time():
    now = [100.0]
    cache = ComputingCache(time_to_live=30, read_clock=lambda: now[0])
    cache.get_or_compute("rate", lambda: 1.25)
    now[0] = 131.0
    assert cache.get_or_compute("rate", lambda: 9.99) == 9.99


@pytest.mark.requirement("reuses-fresh")
def test_none_is_remembered_too():
    calls = []
    cache = ComputingCache(30, lambda: 0.0)
    for _ in range(3):
        assert cache.get_or_compute(("user", 7), lambda: calls.append("call")) is None
    assert calls == ["call"]


@pytest.mark.requirement("reuses-fresh")
def test_keys_have_values_of_their_own():
    cache = ComputingCache(30, lambda: 0.0)
    cache.get_or_compute(1, lambda: "one")
    cache.get_or_compute("1", lambda: "text")
    assert [cache.get_or_compute(key, lambda: "new") for key in (1, "1", 2)] == ["one", "text", "new"]


@pytest.mark.requirement("expires")
def test_old_at_the_last_moment():
    now = [0.0]
    cache = ComputingCache(30, lambda: now[0])
    cache.get_or_compute("page", lambda: "old")
    values = []
    for second in (29.5, 30.0):
        now[0] = second
        values.append(cache.get_or_compute("page", lambda: "new"))
    assert values == ["old", "new"]


@pytest.mark.requirement("expires")
def test_time_begins_after_a_long_computation():
    now = [0.0]
    cache = ComputingCache(30, lambda: now[0])

    def compute():
        now[0] += 20.0
        return "first"

    cache.get_or_compute("page", compute)
    now[0] = 45.0
    assert cache.get_or_compute("page", lambda: "second") == "first"


@pytest.mark.requirement("computes-once-for-all-threads")
def test_two_threads_want_the_same_value():
    cache = ComputingCache(30, lambda: 0.0)
    compute = SlowComputation("value")
    first, first_result = in_thread(cache.get_or_compute, "key", compute)
    assert compute.begun.wait(AT_MOST)
    second, second_result = in_thread(cache.get_or_compute, "key", compute)
    compute.begun_again.wait(A_MOMENT)
    compute.may_end.set()
    first.join(AT_MOST)
    second.join(AT_MOST)
    assert (compute.count, first_result, second_result) == (1, ["value"], ["value"])


@pytest.mark.requirement("other-keys-do-not-wait")
def test_another_key_meanwhile():
    cache = ComputingCache(30, lambda: 0.0)
    compute = SlowComputation("late")
    slow, _ = in_thread(cache.get_or_compute, "slow", compute)
    assert compute.begun.wait(AT_MOST)
    quick, result = in_thread(cache.get_or_compute, "quick", lambda: "soon")
    quick.join(AT_MOST / 2)
    seen = list(result)
    compute.may_end.set()
    slow.join(AT_MOST)
    quick.join(AT_MOST)
    assert seen == ["soon"]


@pytest.mark.requirement("other-keys-do-not-wait")
def test_fresh_value_of_another_key_meanwhile():
    cache = ComputingCache(30, lambda: 0.0)
    cache.get_or_compute("known", lambda: "kept")
    compute = SlowComputation("late")
    slow, _ = in_thread(cache.get_or_compute, "slow", compute)
    assert compute.begun.wait(AT_MOST)
    quick, result = in_thread(cache.get_or_compute, "known", lambda: "new")
    quick.join(AT_MOST / 2)
    seen = list(result)
    compute.may_end.set()
    slow.join(AT_MOST)
    quick.join(AT_MOST)
    assert seen == ["kept"]


@pytest.mark.requirement("errors-are-not-kept")
def test_error_reaches_the_caller():
    def fail():
        raise LookupError("no rate today")

    cache = ComputingCache(30, lambda: 0.0)
    with pytest.raises(LookupError):
        cache.get_or_compute("rate", fail)


@pytest.mark.requirement("errors-are-not-kept")
def test_next_caller_computes_again():
    def fail():
        raise LookupError("no rate today")

    cache = ComputingCache(30, lambda: 0.0)
    with pytest.raises(LookupError):
        cache.get_or_compute("rate", fail)
    assert cache.get_or_compute("rate", lambda: 1.5) == 1.5
