import pytest
from solution import ExpiringCache


@pytest.mark.requirement("returns-stored")
@pytest.mark.example
def test_put_then_get():
    now = [0]
    cache = ExpiringCache(time_to_live=10, read_clock=lambda: now[0])
    cache.put_value("token", "abc")
    assert cache.get_value("token") == "abc"
    assert cache.count_entries() == 1


@pytest.mark.requirement("expires")
@pytest.mark.example
def test_gone_after_its_time():
    now = [0]
    cache = ExpiringCache(time_to_live=10, read_clock=lambda: now[0])
    cache.put_value("token", "abc")
    now[0] = 11
    assert cache.get_value("token") is None


@pytest.mark.requirement("returns-stored")
def test_unknown_key():
    cache = ExpiringCache(time_to_live=30, read_clock=lambda: 100.0)
    cache.put_value("known", 1)
    assert cache.get_value("unknown") is None


@pytest.mark.requirement("returns-stored")
def test_still_there_shortly_before_its_end():
    now = [500.0]
    cache = ExpiringCache(time_to_live=30, read_clock=lambda: now[0])
    cache.put_value("first", 1)
    cache.put_value("second", 2)
    now[0] = 529.5
    assert [cache.get_value("first"), cache.get_value("second")] == [1, 2]


@pytest.mark.requirement("expires")
def test_each_entry_has_its_own_time():
    now = [0.0]
    cache = ExpiringCache(time_to_live=5, read_clock=lambda: now[0])
    cache.put_value("early", "e")
    now[0] = 4.0
    cache.put_value("late", "l")
    now[0] = 6.0
    assert [cache.get_value("early"), cache.get_value("late")] == [None, "l"]


@pytest.mark.requirement("counts-live-entries")
def test_expired_entries_are_not_counted():
    now = [0.0]
    cache = ExpiringCache(time_to_live=5, read_clock=lambda: now[0])
    cache.put_value("early", 1)
    now[0] = 4.0
    cache.put_value("late", 2)
    cache.put_value("last", 3)
    now[0] = 6.0
    assert cache.count_entries() == 2


@pytest.mark.requirement("put-renews")
def test_put_again_before_the_end():
    now = [0.0]
    cache = ExpiringCache(time_to_live=10, read_clock=lambda: now[0])
    cache.put_value("rate", 1.1)
    now[0] = 8.0
    cache.put_value("rate", 1.2)
    now[0] = 15.0
    assert cache.get_value("rate") == 1.2


@pytest.mark.requirement("put-renews")
def test_put_again_after_the_end():
    now = [0.0]
    cache = ExpiringCache(time_to_live=10, read_clock=lambda: now[0])
    cache.put_value("rate", 1.1)
    now[0] = 50.0
    cache.put_value("rate", 1.3)
    assert cache.get_value("rate") == 1.3


@pytest.mark.requirement("reading-does-not-renew")
def test_value_that_is_read_all_the_time():
    now = [0.0]
    cache = ExpiringCache(time_to_live=10, read_clock=lambda: now[0])
    cache.put_value("price", 7)
    for second in (3.0, 6.0, 9.0):
        now[0] = second
        cache.get_value("price")
    now[0] = 12.0
    assert cache.get_value("price") is None


@pytest.mark.requirement("keeps-falsy-values")
def test_zero_and_false():
    cache = ExpiringCache(time_to_live=10, read_clock=lambda: 0.0)
    cache.put_value("balance", 0)
    cache.put_value("enabled", False)
    assert cache.get_value("balance") == 0
    assert cache.get_value("enabled") is False


@pytest.mark.requirement("keeps-falsy-values")
def test_empty_list():
    cache = ExpiringCache(time_to_live=10, read_clock=lambda: 0.0)
    cache.put_value("results", [])
    assert cache.get_value("results") == []
