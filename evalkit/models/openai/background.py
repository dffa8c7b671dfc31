"""Coroutines in a thread of their own, their results in the one that iterates."""

import asyncio
from collections.abc import Awaitable, Callable, Generator, Iterable
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from typing import TypeVar

from evalkit.models.openai.client import Access, Client

Job = TypeVar("Job")
Result = TypeVar("Result")


def exchanged(
    access: Access, work: Callable[[Client, Job], Awaitable[Result]], jobs: Iterable[Job], at_once: int
) -> Generator[tuple[Job, Result | Exception], None, None]:
    """Work on jobs against one server, at most `at_once` of them at a time; yield (job, result or error) as they end.

    Closing the generator cancels what is under way; its thread does not outlive it.
    """
    done: SimpleQueue[tuple[Job, Result | Exception] | BaseException | None] = SimpleQueue()
    loop = asyncio.new_event_loop()
    task = loop.create_task(_all(access, work, iter(jobs), at_once, done))
    thread = Thread(target=_run, args=(loop, task, done), name="server", daemon=True)
    thread.start()
    try:
        while (item := done.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        with suppress(RuntimeError):  # the loop is closed: there is nothing left to cancel
            loop.call_soon_threadsafe(task.cancel)
        thread.join()


def _run(
    loop: asyncio.AbstractEventLoop, task: "asyncio.Task[None]", done: "SimpleQueue[BaseException | None]"
) -> None:
    try:
        loop.run_until_complete(task)
        done.put(None)
    except asyncio.CancelledError:
        done.put(None)
    except BaseException as error:  # a bug in this thread: it is raised in the one that waits
        done.put(error)
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


async def _all(
    access: Access,
    work: Callable[[Client, Job], Awaitable[Result]],
    jobs: Iterable[Job],
    at_once: int,
    done: "SimpleQueue[tuple[Job, Result | Exception] | BaseException | None]",
) -> None:
    async def one_after_another() -> None:
        for job in jobs:  # shared by all: each job is taken once
            try:
                result: Result | Exception = await work(client, job)
            except Exception as error:  # whoever iterates decides what it means
                result = error
            done.put((job, result))

    async with Client(access) as client, asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(one_after_another())
