import pytest
from solution import asyncio, fetch_all_pages  # asyncio of the solution, whose event loop it is


class Awaited:
    """Runs a generator in the solution's event loop; each bare yield lets the loop go on."""

    def __init__(self, steps):
        self.steps = steps

    def __await__(self):
        return self.steps


def text_when(ready, text):
    """A fetch that is over when `ready` says so, or after many turns of the loop."""

    def steps():
        yield
        for _ in range(100):
            if ready():
                break
            yield
        return text

    return asyncio.wait_for(Awaited(steps()), None)


def answer(text):
    ready = asyncio.get_running_loop().create_future()
    ready.set_result(text)
    return asyncio.wait_for(ready, None)


def fail(error):
    ready = asyncio.get_running_loop().create_future()
    ready.set_exception(error)
    return asyncio.wait_for(ready, None)


class Hanging:
    """Fetches that never come to an end; each remembers whether it was cancelled."""

    def __init__(self):
        self.fetches = []

    def start(self):
        self.fetches.append(asyncio.ensure_future(asyncio.Event().wait()))
        return asyncio.wait_for(self.fetches[-1], None)

    def all_cancelled(self, loop):
        loop.run_until_complete(asyncio.sleep(0.001))  # a cancellation arrives with the loop's next turn
        return all(fetch.cancelled() for fetch in self.fetches)


@pytest.mark.requirement("unreachable-page-is-none")
@pytest.mark.example
def test_one_page_is_refused():
    def fetch_demo(page_address):
        if page_address == "/gone":
            return fail(ConnectionRefusedError(page_address))
        return answer(f"text of {page_address}")

    pages = asyncio.run(fetch_all_pages(["/start", "/gone", "/help"], fetch_demo, timeout_seconds=5.0))
    assert pages == ["text of /start", None, "text of /help"]


@pytest.mark.requirement("unreachable-page-is-none")
def test_no_route_to_host():
    def fetch(page_address):
        return answer("here") if page_address == "/a" else fail(OSError(113, "No route to host"))

    assert asyncio.run(fetch_all_pages(["/a", "/b"], fetch, 5.0)) == ["here", None]


@pytest.mark.requirement("keeps-order")
def test_first_page_is_last_to_come():
    def fetch(page_address):
        return text_when(lambda: False, "slow") if page_address == "/slow" else answer(page_address)

    assert asyncio.run(fetch_all_pages(["/slow", "/quick", "/last"], fetch, 5.0)) == ["slow", "/quick", "/last"]


@pytest.mark.requirement("keeps-order")
def test_same_address_twice():
    texts = iter(["one", "two", "three"])
    assert asyncio.run(fetch_all_pages(["/a", "/a", "/b"], lambda _: answer(next(texts)), 5.0)) == [
        "one",
        "two",
        "three",
    ]


@pytest.mark.requirement("at-the-same-time")
def test_first_page_needs_the_second_to_be_asked_for():
    asked_for, met = [], []

    def both_asked_for():
        met[:] = asked_for
        return len(asked_for) == 2

    def fetch(page_address):
        asked_for.append(page_address)
        return text_when(both_asked_for, "text") if page_address == "/a" else answer("text")

    asyncio.run(fetch_all_pages(["/a", "/b"], fetch, 5.0))
    assert met == ["/a", "/b"]


@pytest.mark.requirement("late-page-is-none")
def test_late_page_after_two_others():
    hanging = Hanging()

    def fetch(page_address):
        return hanging.start() if page_address == "/late" else answer(page_address)

    assert asyncio.run(fetch_all_pages(["/a", "/b", "/late"], fetch, 0.1)) == ["/a", "/b", None]


@pytest.mark.requirement("late-page-is-none")
def test_late_page_does_not_go_on():
    hanging, loop = Hanging(), asyncio.new_event_loop()
    assert loop.run_until_complete(fetch_all_pages(["/late"], lambda _: hanging.start(), 0.02)) == [None]
    assert hanging.all_cancelled(loop)


@pytest.mark.requirement("error-leaves-nothing-running")
def test_error_while_another_page_hangs():
    hanging, loop = Hanging(), asyncio.new_event_loop()

    def fetch(page_address):
        return hanging.start() if page_address == "/hangs" else fail(ValueError("no such scheme"))

    call = fetch_all_pages(["/bad", "/hangs"], fetch, 5.0)
    with pytest.raises(ValueError):
        loop.run_until_complete(asyncio.wait_for(call, 0.3))
    assert hanging.all_cancelled(loop)


@pytest.mark.requirement("can-be-cancelled")
def test_caller_gives_up():
    hanging, loop = Hanging(), asyncio.new_event_loop()
    call = fetch_all_pages(["/a", "/b"], lambda _: hanging.start(), 0.5)
    with pytest.raises(TimeoutError):
        loop.run_until_complete(asyncio.wait_for(call, 0.02))
    assert hanging.all_cancelled(loop)
