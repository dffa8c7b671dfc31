import threading
import time

import pytest
from solution import asyncio, process_work_items  # asyncio of the solution, whose event loop it is


@pytest.mark.requirement("results-in-order")
@pytest.mark.example
def test_three_items():
    def shout(work_item):
        return asyncio.sleep(0, work_item.upper())

    results = asyncio.run(process_work_items(["one", "two", "three"], shout, max_workers=2))
    assert results == ["ONE", "TWO", "THREE"]


class Counting:
    """Processes items in threads and counts how many are at work."""

    def __init__(self):
        self.lock = threading.Lock()
        self.active = 0
        self.most = 0

    def process(self, work_item):
        return asyncio.to_thread(self.work, work_item)

    def work(self, work_item):
        with self.lock:
            self.active += 1
            self.most = max(self.most, self.active)
        time.sleep(0.003)
        with self.lock:
            self.active -= 1
        return work_item


@pytest.mark.requirement("at-most-max-workers")
def test_eight_items_for_three_workers():
    counting = Counting()
    items = [f"item {number}" for number in range(8)]
    assert sorted(asyncio.run(process_work_items(items, counting.process, 3))) == items
    assert counting.most <= 3


@pytest.mark.requirement("at-most-max-workers")
def test_single_worker():
    counting = Counting()
    asyncio.run(process_work_items(["a", "b", "c", "d"], counting.process, 1))
    assert counting.most == 1


@pytest.mark.requirement("workers-never-idle")
def test_slow_item_while_all_others_are_done():
    last_begun = threading.Event()

    def work(work_item):
        if work_item == "last":
            last_begun.set()
        return last_begun.wait(0.2) if work_item == "slow" else work_item

    items = ["slow", "second", "third", "last"]
    results = asyncio.run(process_work_items(items, lambda item: asyncio.to_thread(work, item), 2))
    assert True in results  # the slow item saw the last one begin


@pytest.mark.requirement("workers-never-idle")
def test_all_workers_are_used():
    together = threading.Barrier(3)

    def work(work_item):
        together.wait(0.2)
        return work_item

    results = asyncio.run(process_work_items(["a", "b", "c"], lambda item: asyncio.to_thread(work, item), 3))
    assert sorted(results, key=str) == ["a", "b", "c"]


@pytest.mark.requirement("results-in-order")
def test_first_item_is_done_last():
    others_done = threading.Event()

    def work(work_item):
        if work_item == "c":
            others_done.set()
        elif work_item == "a":
            others_done.wait(0.2)
            time.sleep(0.02)
        return f"{work_item} done"

    results = asyncio.run(process_work_items(["a", "b", "c"], lambda item: asyncio.to_thread(work, item), 2))
    assert results == ["a done", "b done", "c done"]


@pytest.mark.requirement("failed-item-keeps-place")
def test_second_of_three_fails():
    error = KeyError("two")

    def work(work_item):
        if work_item == "two":
            raise error
        return work_item

    def process(work_item):
        return asyncio.to_thread(work, work_item)

    results = asyncio.run(process_work_items(["one", "two", "three"], process, 1))
    assert "one" in results
    assert "three" in results
    assert any(isinstance(each, KeyError) for each in results)


@pytest.mark.requirement("failed-item-keeps-place")
def test_more_failures_than_workers():
    def work(work_item):
        if work_item.startswith("bad"):
            raise ValueError(work_item)
        return work_item

    def process(work_item):
        return asyncio.to_thread(work, work_item)

    results = asyncio.run(process_work_items(["bad 1", "bad 2", "bad 3", "good"], process, 2))
    assert "good" in results
    assert sorted(str(each) for each in results if isinstance(each, ValueError)) == ["bad 1", "bad 2", "bad 3"]


@pytest.mark.requirement("no-items")
def test_nothing_to_do():
    assert asyncio.run(process_work_items([], lambda item: asyncio.sleep(0), 4)) == []


@pytest.mark.requirement("stops-when-cancelled")
def test_caller_gives_up():
    hanging, begun_too_late = [], []

    def process(work_item):
        if work_item == "hangs":
            hanging.append(asyncio.ensure_future(asyncio.Event().wait()))
            return asyncio.wait_for(hanging[0], None)
        if hanging[0].cancelled():
            begun_too_late.append(work_item)
        return asyncio.sleep(0)

    loop = asyncio.new_event_loop()
    call = process_work_items(["hangs", "next", "last"], process, 1)
    with pytest.raises(TimeoutError):
        loop.run_until_complete(asyncio.wait_for(call, 0.02))
    loop.run_until_complete(asyncio.sleep(0.005))
    assert hanging[0].cancelled()
    assert begun_too_late == []
