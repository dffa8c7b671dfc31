import contextlib

import pytest
from solution import send_payment


class FakeBank:
    """Gives its answers in turn, the last one for ever: exceptions are raised, all else is returned."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.events = []
        self.keys = []

    def post(self, fields, headers):
        self.events.append("request")
        self.keys.append(headers["Idempotency-Key"])
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def pause(self, seconds):
        self.events.append(seconds)


def numbered_keys():
    numbers = iter(range(1, 100))
    return lambda: f"key-{next(numbers)}"


@pytest.mark.requirement("pauses-double")
@pytest.mark.example
def test_two_server_errors_then_success():
    answers = [(503, {}), (503, {}), (200, {"state": "booked"})]
    pauses = []
    answer = send_payment(lambda fields, headers: answers.pop(0), {"cents": 995}, lambda: "k-1", pauses.append)
    assert answer == {"state": "booked"}
    assert pauses == [1, 2]


@pytest.mark.requirement("returns-answer")
def test_created_and_accepted_are_successes():
    for status in (201, 202, 299):
        bank = FakeBank((status, {"state": "new"}))
        assert send_payment(bank.post, {"cents": 1}, numbered_keys(), bank.pause) == {"state": "new"}
        assert bank.events == ["request"]


@pytest.mark.requirement("returns-answer")
def test_fields_and_key_are_sent():
    seen = []

    def post(fields, headers):
        seen.append((fields, headers["Idempotency-Key"]))
        return 200, {}

    send_payment(post, {"cents": 1200, "to": "DE02"}, lambda: "order-7", lambda seconds: None)
    assert seen == [({"cents": 1200, "to": "DE02"}, "order-7")]


@pytest.mark.requirement("retries-temporary")
def test_timeout_and_lost_connection():
    bank = FakeBank(TimeoutError("slow"), ConnectionError("reset"), (200, {"id": 5}))
    assert send_payment(bank.post, {"cents": 1}, numbered_keys(), bank.pause) == {"id": 5}


@pytest.mark.requirement("retries-temporary")
def test_every_temporary_status():
    for status in (429, 500, 502, 504, 599):
        bank = FakeBank((status, {}), (200, {"id": status}))
        assert send_payment(bank.post, {"cents": 1}, numbered_keys(), bank.pause) == {"id": status}


@pytest.mark.requirement("pauses-double")
def test_pauses_of_a_long_outage():
    bank = FakeBank(*[(503, {})] * 5, (200, {}))
    send_payment(bank.post, {"cents": 1}, numbered_keys(), bank.pause, max_attempts=6)
    assert [event for event in bank.events if event != "request"] == [1, 2, 4, 8, 16]


@pytest.mark.requirement("gives-up")
def test_number_of_attempts():
    bank = FakeBank((503, {}))
    with contextlib.suppress(RuntimeError):
        send_payment(bank.post, {"cents": 1}, numbered_keys(), bank.pause, max_attempts=3)
    assert bank.events.count("request") == 3


@pytest.mark.requirement("gives-up")
def test_number_of_attempts_when_none_is_given():
    bank = FakeBank((503, {}))
    with contextlib.suppress(RuntimeError):
        send_payment(bank.post, {"cents": 1}, numbered_keys(), bank.pause)
    assert bank.events.count("request") == 4


@pytest.mark.requirement("gives-up")
def test_status_to_the_end():
    bank = FakeBank((503, {}))
    with pytest.raises(RuntimeError):
        send_payment(bank.post, {"cents": 1}, numbered_keys(), bank.pause)


@pytest.mark.requirement("gives-up")
def test_timeout_to_the_end():
    bank = FakeBank(TimeoutError("slow"))
    with pytest.raises(RuntimeError):
        send_payment(bank.post, {"cents": 1}, numbered_keys(), bank.pause)


@pytest.mark.requirement("one-key-per-order")
def test_all_attempts_carry_one_key():
    bank = FakeBank(TimeoutError("slow"), (503, {}), (200, {}))
    send_payment(bank.post, {"cents": 1}, numbered_keys(), bank.pause)
    assert bank.keys == ["key-1", "key-1", "key-1"]


@pytest.mark.requirement("one-key-per-order")
def test_the_next_order_has_another_key():
    bank = FakeBank((200, {}))
    create_key = numbered_keys()
    send_payment(bank.post, {"cents": 1}, create_key, bank.pause)
    send_payment(bank.post, {"cents": 1}, create_key, bank.pause)
    assert bank.keys == ["key-1", "key-2"]


@pytest.mark.requirement("refusals-are-final")
def test_declined_card():
    for status in (300, 400, 402, 404, 499):
        bank = FakeBank((status, {"error": "declined"}))
        with pytest.raises(RuntimeError):
            send_payment(bank.post, {"cents": 1}, numbered_keys(), bank.pause)
        assert bank.events == ["request"]


@pytest.mark.requirement("no-pause-at-the-end")
def test_ends_with_a_request():
    bank = FakeBank((503, {}))
    with contextlib.suppress(RuntimeError):
        send_payment(bank.post, {"cents": 1}, numbered_keys(), bank.pause, max_attempts=2)
    assert bank.events == ["request", 1, "request"]
