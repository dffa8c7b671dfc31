import contextlib

import pytest
from solution import ShutdownCoordinator


class FakeSignals:
    def __init__(self):
        self.current = {"SIGTERM": "former term", "SIGINT": "former int"}

    def set_handler(self, signal_name, new_handler):
        former_handler = self.current.get(signal_name, "default")
        self.current[signal_name] = new_handler
        return former_handler

    def send(self, signal_name):
        handler = self.current[signal_name]
        if callable(handler):
            handler(signal_name)


def installed():
    signals = FakeSignals()
    coordinator = ShutdownCoordinator(signals)
    coordinator.install_handlers()
    return signals, coordinator


@pytest.mark.requirement("signal-sets-flag")
@pytest.mark.example
def test_interrupt():
    signals, coordinator = installed()
    assert coordinator.stop_requested is False
    signals.current["SIGINT"]("SIGINT")
    assert coordinator.stop_requested is True


@pytest.mark.requirement("last-registered-first")
@pytest.mark.example
def test_one_cleanup():
    signals, coordinator = installed()
    done = []
    coordinator.add_cleanup(lambda: done.append("closed"))
    signals.send("SIGINT")
    coordinator.run_cleanups()
    assert done == ["closed"]


@pytest.mark.requirement("signal-sets-flag")
def test_termination():
    signals, coordinator = installed()
    signals.send("SIGTERM")
    assert coordinator.stop_requested is True


@pytest.mark.requirement("signal-sets-flag")
def test_two_coordinators_share_nothing():
    signals, coordinator = installed()
    _, other = installed()
    signals.send("SIGTERM")
    assert (coordinator.stop_requested, other.stop_requested) == (True, False)


@pytest.mark.requirement("cleanup-waits-for-program")
def test_nothing_is_cleaned_up_during_the_signal():
    signals, coordinator = installed()
    done = []
    coordinator.add_cleanup(lambda: done.append("closed"))
    signals.send("SIGINT")
    signals.send("SIGTERM")
    assert done == []


@pytest.mark.requirement("last-registered-first")
def test_three_cleanups():
    _, coordinator = installed()
    done = []
    for name in ("open log", "connect", "subscribe"):
        coordinator.add_cleanup(lambda name=name: done.append(name))
    coordinator.run_cleanups()
    assert done == ["subscribe", "connect", "open log"]


@pytest.mark.requirement("former-handlers-return")
def test_handlers_are_put_back():
    signals, coordinator = installed()
    coordinator.remove_handlers()
    assert signals.current == {"SIGTERM": "former term", "SIGINT": "former int"}


@pytest.mark.requirement("former-handlers-return")
def test_installing_twice_forgets_no_former_handler():
    signals, coordinator = installed()
    coordinator.install_handlers()
    coordinator.remove_handlers()
    assert signals.current == {"SIGTERM": "former term", "SIGINT": "former int"}


@pytest.mark.requirement("former-handlers-return")
def test_removing_handlers_that_were_never_installed():
    signals = FakeSignals()
    ShutdownCoordinator(signals).remove_handlers()
    assert signals.current == {"SIGTERM": "former term", "SIGINT": "former int"}


@pytest.mark.requirement("former-handlers-return")
def test_installing_again_after_removing():
    signals, coordinator = installed()
    coordinator.remove_handlers()
    coordinator.install_handlers()
    signals.send("SIGINT")
    coordinator.remove_handlers()
    assert coordinator.stop_requested is True
    assert signals.current == {"SIGTERM": "former term", "SIGINT": "former int"}


def fail():
    raise OSError("disk is gone")


@pytest.mark.requirement("failed-cleanup-stops-no-other")
def test_failure_between_two_others():
    _, coordinator = installed()
    done = []
    for step in (lambda: done.append("a"), fail, lambda: done.append("b")):
        coordinator.add_cleanup(step)
    with contextlib.suppress(Exception):  # reporting the failure afterwards is as good as logging it
        coordinator.run_cleanups()
    assert sorted(done) == ["a", "b"]


@pytest.mark.requirement("failed-cleanup-stops-no-other")
def test_two_failures():
    _, coordinator = installed()
    done = []
    for step in (fail, lambda: done.append("a"), fail):
        coordinator.add_cleanup(step)
    with contextlib.suppress(Exception):
        coordinator.run_cleanups()
    assert done == ["a"]


@pytest.mark.requirement("cleanups-run-once")
def test_run_twice():
    _, coordinator = installed()
    done = []
    coordinator.add_cleanup(lambda: done.append("a"))
    coordinator.run_cleanups()
    coordinator.run_cleanups()
    assert done == ["a"]


@pytest.mark.requirement("cleanups-run-once")
def test_cleanup_that_starts_them_all_again():
    _, coordinator = installed()
    done = []

    def stop_everything():
        done.append("b")
        if len(done) < 5:
            coordinator.run_cleanups()

    coordinator.add_cleanup(lambda: done.append("a"))
    coordinator.add_cleanup(stop_everything)
    coordinator.run_cleanups()
    assert sorted(done) == ["a", "b"]
