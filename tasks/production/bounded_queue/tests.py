import threading
import time

import pytest
from solution import BoundedQueue

LONG_ENOUGH = 0.3  # for a call that must not wait; it is over in a thousandth of that


class Calling(threading.Thread):
    """A call in a thread of its own, and what came of it."""

    def __init__(self, function, *arguments):
        super().__init__(daemon=True)
        self.function = function
        self.arguments = arguments
        self.outcome = "still waiting"
        self.start()

    def run(self):
        try:
            self.outcome = self.function(*self.arguments)
        except Exception as error:  # looked at by the test
            self.outcome = type(error).__name__

    def result(self, queue):
        """What came of the call; one that waits for ever is let go."""
        self.join(LONG_ENOUGH)
        outcome = self.outcome
        if self.is_alive():
            queue.close_queue()
            self.join(LONG_ENOUGH)
        return outcome


@pytest.mark.requirement("first-in-first-out")
@pytest.mark.example
def test_one_item():
    queue = BoundedQueue(max_items=2)
    queue.put_item("print report")
    assert queue.take_item(timeout_seconds=1.0) == "print report"


@pytest.mark.requirement("take-waits-for-item")
@pytest.mark.example
def test_nothing_comes():
    with pytest.raises(TimeoutError):
        BoundedQueue(max_items=2).take_item(timeout_seconds=0.01)


@pytest.mark.requirement("first-in-first-out")
def test_three_items():
    queue = BoundedQueue(3)
    for item in ("a", "b", "c"):
        queue.put_item(item, 1.0)
    assert [queue.take_item(1.0) for _ in range(3)] == ["a", "b", "c"]


@pytest.mark.requirement("put-waits-for-room")
def test_no_room_comes():
    queue = BoundedQueue(1)
    queue.put_item("a", 1.0)
    with pytest.raises(TimeoutError):
        queue.put_item("b", 0.01)


@pytest.mark.requirement("put-waits-for-room")
def test_room_comes():
    queue = BoundedQueue(2)
    queue.put_item("a", 1.0)
    queue.put_item("b", 1.0)
    putting = Calling(queue.put_item, "c", 0.3)
    time.sleep(0.01)
    taken = [queue.take_item(0.3) for _ in range(3)]
    assert sorted(taken) == ["a", "b", "c"]
    assert putting.result(queue) is None


@pytest.mark.requirement("take-waits-for-item")
def test_item_comes():
    queue = BoundedQueue(1)
    taking = Calling(queue.take_item, 1.0)
    time.sleep(0.01)
    queue.put_item("a", 1.0)
    assert taking.result(queue) == "a"


@pytest.mark.requirement("take-waits-for-item")
def test_one_item_for_two_takers():
    queue = BoundedQueue(1)
    takers = [Calling(queue.take_item, 0.2) for _ in range(2)]
    time.sleep(0.05)
    queue.put_item("a", 1.0)
    assert sorted(taker.result(queue) for taker in takers) == ["TimeoutError", "a"]


@pytest.mark.requirement("closing")
def test_items_that_are_left():
    queue = BoundedQueue(2)
    queue.put_item("a", 1.0)
    queue.put_item("b", 1.0)
    queue.close_queue()
    assert {queue.take_item(0.1), queue.take_item(0.1)} == {"a", "b"}
    with pytest.raises(RuntimeError):
        queue.take_item(0.1)


@pytest.mark.requirement("closing")
def test_put_after_closing():
    queue = BoundedQueue(2)
    queue.close_queue()
    with pytest.raises(RuntimeError):
        queue.put_item("a", 0.1)


@pytest.mark.requirement("closing-wakes-waiters")
def test_taker_waits_while_the_queue_is_closed():
    queue = BoundedQueue(2)
    taking = Calling(queue.take_item, 0.2)
    time.sleep(0.02)
    queue.close_queue()
    assert taking.result(queue) == "RuntimeError"


@pytest.mark.requirement("closing-wakes-waiters")
def test_putter_waits_while_the_queue_is_closed():
    queue = BoundedQueue(1)
    queue.put_item("a", 1.0)
    putting = Calling(queue.put_item, "b", 0.2)
    time.sleep(0.02)
    queue.close_queue()
    assert putting.result(queue) == "RuntimeError"


@pytest.mark.requirement("zero-does-not-wait")
def test_take_without_waiting():
    queue = BoundedQueue(1)
    assert Calling(queue.take_item, 0).result(queue) == "TimeoutError"


@pytest.mark.requirement("zero-does-not-wait")
def test_put_without_waiting():
    queue = BoundedQueue(1)
    queue.put_item("a", 0)
    assert Calling(queue.put_item, "b", 0).result(queue) == "TimeoutError"


@pytest.mark.requirement("any-item")
def test_false_items():
    queue, taken = BoundedQueue(1), []
    for item in (0, "", None):
        queue.put_item(item, 0.1)
        taken.append(Calling(queue.take_item, 0.1).result(queue))
    assert taken == [0, "", None]
