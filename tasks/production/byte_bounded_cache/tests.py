import pytest
from solution import TextCache


def kept(cache, keys):
    """Which of the keys still have a text, most recent use not changed for those that have none."""
    return [key for key in keys if cache.fetch_text(key) is not None]


@pytest.mark.requirement("evicts-least-recent")
@pytest.mark.example
def test_two_small_texts():
    cache = TextCache(max_bytes=10)
    cache.store_text("a", "12345")
    cache.store_text("b", "1234")
    assert cache.count_bytes() == 9
    assert cache.fetch_text("b") == "1234"
    assert cache.fetch_text("c") is None


@pytest.mark.requirement("evicts-least-recent")
def test_oldest_goes_first():
    cache = TextCache(10)
    for key in "abcd":
        cache.store_text(key, "xyz")
    assert kept(cache, "abcd") == ["b", "c", "d"]


@pytest.mark.requirement("evicts-least-recent")
def test_as_many_as_are_needed():
    cache = TextCache(10)
    for key in "abcd":
        cache.store_text(key, "xy")
    cache.store_text("e", "five!")
    assert kept(cache, "abcde") == ["c", "d", "e"]


@pytest.mark.requirement("fetch-counts-as-use")
def test_fetched_text_stays():
    cache = TextCache(10)
    for key in "abc":
        cache.store_text(key, "xyz")
    cache.fetch_text("a")
    cache.store_text("d", "xyz")
    assert kept(cache, "abcd") == ["a", "c", "d"]


@pytest.mark.requirement("measures-utf8")
def test_count_of_text_beyond_ascii():
    cache = TextCache(100)
    cache.store_text("greeting", "grüß dich")
    cache.store_text("price", "5 €")
    assert cache.count_bytes() == 16


@pytest.mark.requirement("measures-utf8")
def test_room_for_text_beyond_ascii():
    cache = TextCache(9)
    cache.store_text("a", "日本")
    cache.store_text("b", "日本")
    assert kept(cache, "ab") == ["b"]


@pytest.mark.requirement("too-large-is-not-stored")
def test_larger_than_the_cache():
    cache = TextCache(5)
    cache.store_text("giant", "123456")
    assert cache.fetch_text("giant") is None
    assert cache.count_bytes() == 0


@pytest.mark.requirement("too-large-evicts-nothing")
def test_others_stay_when_a_text_is_too_large():
    cache = TextCache(10)
    cache.store_text("a", "1234")
    cache.store_text("b", "1234")
    cache.store_text("giant", "x" * 11)
    assert kept(cache, "ab") == ["a", "b"]


@pytest.mark.requirement("too-large-leaves-no-stale-text")
def test_old_text_of_a_key_whose_new_one_is_too_large():
    cache = TextCache(10)
    cache.store_text("page", "old")
    cache.store_text("page", "new" * 9)
    assert cache.fetch_text("page") != "old"


@pytest.mark.requirement("replacing-frees-the-old")
def test_bytes_of_a_replaced_text():
    cache = TextCache(10)
    cache.store_text("a", "12345")
    cache.store_text("a", "123")
    assert cache.count_bytes() == 3


@pytest.mark.requirement("replacing-frees-the-old")
def test_replacing_again_and_again():
    cache = TextCache(10)
    cache.store_text("other", "123")
    for _ in range(5):
        cache.store_text("same", "12345")
    assert kept(cache, ["other", "same"]) == ["other", "same"]


@pytest.mark.requirement("fits-exactly")
def test_last_byte_is_used():
    cache = TextCache(10)
    cache.store_text("a", "12345")
    cache.store_text("b", "67890")
    assert kept(cache, "ab") == ["a", "b"]


@pytest.mark.requirement("fits-exactly")
def test_one_text_as_large_as_the_cache():
    cache = TextCache(4)
    cache.store_text("all", "full")
    assert cache.fetch_text("all") == "full"
