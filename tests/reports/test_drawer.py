"""Charts drawn by a process beside are those drawn here, and drawn here where there is none."""

import json
import subprocess
import sys
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pytest

from evalkit.reports import drawer
from evalkit.reports.charts import VEGA_LITE
from evalkit.reports.drawer import draw, drawer_beside

CHART = json.dumps(
    {
        "data": {"values": [{"a": 'ä"\n', "b": 1}, {"a": "b", "b": 2}]},
        "mark": "bar",
        "encoding": {"x": {"field": "a", "type": "nominal"}, "y": {"field": "b", "type": "quantitative"}},
    }
)


def test_both_ways_give_the_same_drawing() -> None:
    here = draw(CHART, VEGA_LITE)
    with drawer_beside(VEGA_LITE):
        beside = draw(CHART, VEGA_LITE)
        again = draw(CHART, VEGA_LITE)
    assert here.startswith("<svg")
    assert here == beside == again


def test_the_engine_is_not_started_here() -> None:
    program = (
        f"import sys\nfrom evalkit.reports.drawer import draw, drawer_beside\n"
        f"with drawer_beside({VEGA_LITE!r}):\n    assert draw({CHART!r}, {VEGA_LITE!r})\n"
        "print('vl_convert' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "False"


@pytest.mark.parametrize("where", [nullcontext(), drawer_beside(VEGA_LITE)], ids=["here", "beside"])
def test_what_is_no_chart_is_a_value_error_either_way(where: AbstractContextManager[None]) -> None:
    with where:
        with pytest.raises(ValueError, match="Vega"):
            draw('{"mark": 3}', VEGA_LITE)
        assert draw(CHART, VEGA_LITE).startswith("<svg")  # it goes on


def test_a_drawer_that_ends_is_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    processes: list[subprocess.Popen[str]] = []

    class Remembered(subprocess.Popen[str]):
        def __init__(self, *arguments: Any, **named: Any) -> None:
            super().__init__(*arguments, **named)
            processes.append(self)

    monkeypatch.setattr(drawer.subprocess, "Popen", Remembered)
    with drawer_beside(VEGA_LITE):
        processes[0].kill()
        processes[0].wait()
        assert draw(CHART, VEGA_LITE).startswith("<svg")


def test_no_process_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    with drawer_beside(VEGA_LITE):
        process = drawer._drawer.get()
    assert process is not None
    assert process._process.returncode is not None


def test_a_machine_that_gives_no_process_draws_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("no process to be had")

    monkeypatch.setattr(drawer.subprocess, "Popen", refuse)
    with drawer_beside(VEGA_LITE):
        assert draw(CHART, VEGA_LITE).startswith("<svg")
