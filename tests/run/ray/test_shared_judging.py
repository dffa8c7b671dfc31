"""What judging workers share, without a cluster: identical programs, and turns on one machine."""

import asyncio
import subprocess
import sys

import pytest

from evalkit.run.ray import programs
from evalkit.run.ray.programs import ProgramKeeper
from evalkit.run.ray.turns import NodeTurns
from evalkit.types import Cell, SampleKey, Status, Verdict

PIPES = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
NAME = ("task", b"program")
VERDICTS = (Verdict(SampleKey("t", Cell("m", 0.8, "snake_case", "plain"), 0), "test", "r", False, Status.PASSED),)


def test_a_program_is_executed_by_one_worker_and_the_others_hear_what_came_of_it() -> None:
    async def story() -> list[object]:
        keeper = ProgramKeeper()
        first = await keeper.ask(NAME)
        others = [asyncio.create_task(keeper.ask(NAME)) for _ in range(3)]
        await asyncio.sleep(0)
        assert not any(each.done() for each in others)
        await keeper.tell(NAME, VERDICTS)
        return [first, *await asyncio.gather(*others), await keeper.ask(NAME)]

    assert asyncio.run(story()) == [None, *[VERDICTS] * 4]


def test_what_was_not_scored_is_executed_by_the_next_one() -> None:
    async def story() -> list[object]:
        keeper = ProgramKeeper()
        await keeper.ask(NAME)
        second, third = (asyncio.create_task(keeper.ask(NAME)) for _ in range(2))
        await asyncio.sleep(0)
        await keeper.tell(NAME, None)
        done, waiting = await asyncio.wait((second, third), return_when=asyncio.FIRST_COMPLETED)
        assert (len(done), len(waiting)) == (1, 1)
        await keeper.tell(NAME, VERDICTS)
        return sorted([second.result(), await third], key=str)

    assert asyncio.run(story()) == [VERDICTS, None]


def test_nobody_waits_for_ever_for_a_worker_that_was_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "PATIENCE", 0.01)

    async def story() -> object:
        keeper = ProgramKeeper()
        await keeper.ask(NAME)
        return await keeper.ask(NAME)

    assert asyncio.run(story()) is None


def test_one_worker_is_alone_on_its_machine_and_a_killed_one_gives_its_turn_back() -> None:
    inside = (
        "from evalkit.run.ray.turns import NodeTurns\nwith NodeTurns().{}():\n    print('in', flush=True)\n    {}\n"
    )
    with subprocess.Popen([sys.executable, "-c", inside.format("together", "input()")], **PIPES) as together:
        assert together.stdout.readline() == "in\n"
        with NodeTurns().together():
            pass
        with subprocess.Popen([sys.executable, "-c", inside.format("alone", "")], **PIPES) as alone:
            with pytest.raises(subprocess.TimeoutExpired):
                alone.wait(2)
            together.kill()
            assert alone.communicate()[0] == "in\n"
