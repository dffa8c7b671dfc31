import contextlib

import pytest
from solution import EventBus


def listener(name, heard, afterwards=lambda: None):
    """A callback that notes its name and what it was called with."""

    def hear(event_data):
        heard.append((name, event_data))
        afterwards()

    return hear


@pytest.mark.requirement("calls-subscribers")
@pytest.mark.example
def test_paid():
    bus, heard = EventBus(), []
    bus.subscribe("order paid", listener("a", heard))
    bus.publish_event("order paid", "order 17")
    assert heard == [("a", "order 17")]


@pytest.mark.requirement("unsubscribes")
@pytest.mark.example
def test_stopped():
    bus, heard = EventBus(), []
    stop = bus.subscribe("order paid", listener("a", heard))
    bus.publish_event("order paid", "order 17")
    stop()
    bus.publish_event("order paid", "order 18")
    assert heard == [("a", "order 17")]


@pytest.mark.requirement("calls-subscribers")
def test_order_of_subscription():
    bus, heard = EventBus(), []
    names = [f"listener {number}" for number in (5, 3, 9, 1, 7, 2, 8)]
    for name in names:
        bus.subscribe("paid", listener(name, heard))
    bus.publish_event("paid", 1)
    assert [name for name, _ in heard] == names


@pytest.mark.requirement("calls-subscribers")
def test_other_events_and_other_buses():
    bus, heard = EventBus(), []
    bus.subscribe("paid", listener("a", heard))
    bus.subscribe("sent", listener("b", heard))
    EventBus().subscribe("sent", listener("c", heard))
    bus.publish_event("sent", None)
    assert heard == [("b", None)]


@pytest.mark.requirement("calls-subscribers")
def test_event_without_subscribers():
    bus = EventBus()
    assert bus.publish_event("nobody listens", 1) is None


@pytest.mark.requirement("unsubscribes")
def test_same_function_for_two_events():
    bus, heard = EventBus(), []
    hear = listener("a", heard)
    stop = bus.subscribe("paid", hear)
    bus.subscribe("sent", hear)
    stop()
    bus.publish_event("paid", 1)
    bus.publish_event("sent", 2)
    assert heard == [("a", 2)]


@pytest.mark.requirement("failure-stops-no-other")
def test_second_of_three_fails():
    bus, heard = EventBus(), []

    def fail():
        raise KeyError("second")

    bus.subscribe("paid", listener("a", heard))
    bus.subscribe("paid", listener("b", heard, fail))
    bus.subscribe("paid", listener("c", heard))
    with contextlib.suppress(Exception):
        bus.publish_event("paid", 1)
    assert sorted(name for name, _ in heard) == ["a", "b", "c"]


@pytest.mark.requirement("failure-stops-no-other")
def test_first_error_is_raised():
    bus, heard = EventBus(), []

    def fail_with(error):
        def fail():
            raise error

        return fail

    bus.subscribe("paid", listener("a", heard, fail_with(KeyError("a"))))
    bus.subscribe("paid", listener("b", heard, fail_with(ValueError("b"))))
    with pytest.raises(KeyError):
        bus.publish_event("paid", 1)
    assert len(heard) == 2


@pytest.mark.requirement("unsubscribing-during-event")
def test_first_of_three_leaves():
    bus, heard = EventBus(), []
    stops = []
    stops.append(bus.subscribe("paid", listener("a", heard, lambda: stops[0]())))
    for name in ("b", "c"):
        bus.subscribe("paid", listener(name, heard))
    bus.publish_event("paid", 1)
    assert sorted(name for name, _ in heard) == ["a", "b", "c"]


@pytest.mark.requirement("unsubscribing-during-event")
def test_all_leave():
    bus, heard = EventBus(), []
    stops = {}
    for name in ("a", "b", "c", "d"):
        stops[name] = bus.subscribe("paid", listener(name, heard, lambda name=name: stops[name]()))
    bus.publish_event("paid", 1)
    bus.publish_event("paid", 2)
    assert sorted(heard) == [("a", 1), ("b", 1), ("c", 1), ("d", 1)]


@pytest.mark.requirement("subscribing-during-event")
def test_newcomer_hears_from_the_next_event_on():
    bus, heard = EventBus(), []
    newcomers = [listener("new", heard)]

    def invite():
        if newcomers:
            bus.subscribe("paid", newcomers.pop())

    bus.subscribe("paid", listener("a", heard, invite))
    bus.publish_event("paid", 1)
    bus.publish_event("paid", 2)
    assert sorted(heard) == [("a", 1), ("a", 2), ("new", 2)]


@pytest.mark.requirement("only-its-own")
def test_stopped_twice():
    bus, heard = EventBus(), []
    hear = listener("a", heard)
    stop = bus.subscribe("paid", hear)
    stop()
    bus.subscribe("paid", hear)
    with contextlib.suppress(Exception):  # refusing the second time is as good as ignoring it
        stop()
    bus.publish_event("paid", 1)
    assert heard == [("a", 1)]


@pytest.mark.requirement("only-its-own")
def test_function_that_subscribed_twice():
    bus, calls = EventBus(), []

    def count(event_data):
        calls.append(event_data)

    bus.subscribe("paid", count)
    stop = bus.subscribe("paid", count)
    bus.publish_event("paid", 1)
    stop()
    bus.publish_event("paid", 2)
    assert calls == [1, 1, 2]
