import contextlib
import threading

import pytest
from solution import WebhookInbox


class Shop:
    """An inbox with a clock, and what it has processed."""

    def __init__(self, remember_seconds=3600, process=lambda payload: None):
        self.now = 1000.0
        self.processed = []
        self.process = process
        self.inbox = WebhookInbox(self.note, remember_seconds, lambda: self.now)

    def note(self, payload):
        self.processed.append(payload)
        return self.process(payload)

    def receive(self, delivery_id, payload="paid", sender="shop"):
        return self.inbox.receive_delivery(sender, delivery_id, payload)


@pytest.mark.requirement("processes-once")
@pytest.mark.example
def test_first_delivery():
    shop = Shop()
    assert shop.receive("d-1", "order 17 was paid") is True
    assert shop.processed == ["order 17 was paid"]


@pytest.mark.requirement("processes-once")
@pytest.mark.example
def test_second_time():
    shop = Shop()
    shop.receive("d-1")
    assert shop.receive("d-1") is False
    assert shop.processed == ["paid"]


@pytest.mark.requirement("processes-once")
def test_many_times_among_others():
    shop = Shop()
    answers = [shop.receive(delivery_id) for delivery_id in ("a", "b", "a", "c", "b", "a", "a")]
    assert answers == [True, True, False, True, False, False, False]
    assert len(shop.processed) == 3


@pytest.mark.requirement("processes-once")
def test_same_payload_with_another_id():
    shop = Shop()
    assert [shop.receive("a", {"n": 1}), shop.receive("b", {"n": 1})] == [True, True]
    assert shop.processed == [{"n": 1}, {"n": 1}]


@pytest.mark.requirement("ids-belong-to-senders")
def test_same_id_from_two_senders():
    shop = Shop()
    shop.receive("7", "a", "shop")
    shop.receive("7", "b", "bank")
    assert shop.processed == ["a", "b"]


@pytest.mark.requirement("ids-belong-to-senders")
def test_names_that_look_alike_together():
    shop = Shop()
    for sender, delivery_id in (("a", "b:c"), ("a:b", "c"), ("ab", "c"), ("a", "bc"), ("a-b", "c"), ("a", "b-c")):
        shop.receive(delivery_id, sender + " " + delivery_id, sender)
    assert len(shop.processed) == 6


@pytest.mark.requirement("forgets-in-time")
def test_still_known_shortly_before():
    shop = Shop(remember_seconds=60)
    shop.receive("a")
    shop.now += 59
    shop.receive("a")
    assert len(shop.processed) == 1


@pytest.mark.requirement("forgets-in-time")
def test_forgotten_shortly_after():
    shop = Shop(remember_seconds=60)
    shop.receive("a")
    shop.now += 61
    shop.receive("a")
    assert len(shop.processed) == 2


@pytest.mark.requirement("forgets-in-time")
def test_repetition_does_not_prolong():
    shop = Shop(remember_seconds=60)
    for _ in range(3):
        shop.receive("a")
        shop.now += 40
    assert len(shop.processed) == 2


@pytest.mark.requirement("failure-is-tried-again")
def test_processing_fails_the_first_time():
    failures = [ConnectionError("database is away")]

    def process(payload):
        if failures:
            raise failures.pop()

    shop = Shop(process=process)
    with contextlib.suppress(ConnectionError):
        shop.receive("a")
    assert shop.receive("a") is True
    shop.receive("a")
    assert len(shop.processed) == 2


@pytest.mark.requirement("failure-is-tried-again")
def test_failure_is_passed_on():
    def process(payload):
        raise ConnectionError("database is away")

    with pytest.raises(ConnectionError):
        Shop(process=process).receive("a")


@pytest.mark.requirement("not-while-in-progress")
def test_repeated_while_being_processed():
    shop, repeated = Shop(), []

    def repeat():
        with contextlib.suppress(Exception):  # refusing it is as good as ignoring it
            shop.receive("a")

    def process(payload):
        if not repeated:
            repeated.append(threading.Thread(target=repeat))
            repeated[0].start()
            repeated[0].join(0.1)  # it may also wait until the first one is done

    shop.process = process
    shop.receive("a")
    repeated[0].join()
    assert len(shop.processed) == 1


@pytest.mark.requirement("inboxes-share-nothing")
def test_two_inboxes():
    first, second = Shop(), Shop()
    first.receive("a")
    second.receive("a")
    assert (len(first.processed), len(second.processed)) == (1, 1)
