import pytest
from solution import asyncio, process_work_items  # asyncio of the solution, whose event loop it is


class Awaited:
    """Runs a generator in the solution's event loop; each bare yield lets the loop go on."""

    def __init__(self, steps):
        self.steps = steps

    def __await__(self):
        return self.steps


def coroutine(steps):
    return asyncio.wait_for(Awaited(steps), None)


class Work:
    """Processes items; counts how many are at work, and takes a few steps for each, or as many as it is told to."""

    def __init__(self, finished=lambda work_item: True, failing=()):
        self.begun = []
        self.active = 0
        self.most = 0
        self.finished = finished
        self.failing = failing

    def process(self, work_item):
        return coroutine(self.steps(work_item))

    def steps(self, work_item):
        self.begun.append(work_item)
        self.active += 1
        self.most = max(self.most, self.active)
        yield
        for _ in range(100):
            if self.finished(work_item):
                break
            yield
        self.active -= 1
        if work_item in self.failing:
            raise ValueError(work_item)
        return f"{work_item} done"


@pytest.mark.requirement("results-in-order")
@pytest.mark.example
def test_three_items():
    def shout(work_item):
        return asyncio.sleep(0, work_item.upper())

    results = asyncio.run(process_work_items(["one", "two", "three"], shout, max_workers=2))
    assert results == ["ONE", "TWO", "THREE"]


@pytest.mark.requirement("at-most-max-workers")
def test_eight_items_for_three_workers():
    work, items = Work(), [f"item {number}" for number in range(8)]
    asyncio.run(process_work_items(items, work.process, 3))
    assert sorted(work.begun) == items
    assert work.most <= 3


@pytest.mark.requirement("at-most-max-workers")
def test_single_worker():
    work = Work()
    asyncio.run(process_work_items(["a", "b", "c", "d"], work.process, 1))
    assert work.most == 1


@pytest.mark.requirement("workers-never-idle")
def test_slow_item_while_all_others_are_done():
    saw_last_begin = []

    def finished(work_item):
        if work_item == "slow" and "last" in work.begun:
            saw_last_begin.append(work_item)
        return work_item != "slow" or bool(saw_last_begin)

    work = Work(finished)
    asyncio.run(process_work_items(["slow", "second", "third", "last"], work.process, 2))
    assert saw_last_begin == ["slow"]


@pytest.mark.requirement("workers-never-idle")
def test_all_workers_are_used():
    work = Work()
    asyncio.run(process_work_items(["a", "b", "c"], work.process, 3))
    assert work.most == 3


@pytest.mark.requirement("results-in-order")
def test_first_item_is_done_last():
    work = Work(lambda work_item: work_item != "a" or work.active == 1)
    results = asyncio.run(process_work_items(["a", "b", "c"], work.process, 2))
    assert results == ["a done", "b done", "c done"]


@pytest.mark.requirement("failed-item-keeps-place")
def test_second_of_three_fails():
    work = Work(failing=["two"])
    results = asyncio.run(process_work_items(["one", "two", "three"], work.process, 1))
    assert "one done" in results
    assert "three done" in results
    assert any(isinstance(each, ValueError) for each in results)


@pytest.mark.requirement("failed-item-keeps-place")
def test_more_failures_than_workers():
    work = Work(failing=["bad 1", "bad 2", "bad 3"])
    results = asyncio.run(process_work_items(["bad 1", "bad 2", "bad 3", "good"], work.process, 2))
    assert "good done" in results
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
