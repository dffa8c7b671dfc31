"""The scheduling of the engine for many machines, on a simulated cluster: every unit once, and few workers idle."""

import argparse
import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from evalkit.run.ray import dispatch, stage


@pytest.fixture
def scale(monkeypatch: pytest.MonkeyPatch) -> Any:
    """benchmarks/scale.py; the clocks that it replaces are put back."""
    pytest.importorskip("ray")
    for module in (stage, dispatch):
        monkeypatch.setattr(module, "time", module.time)
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "benchmarks"))
    yield import_module("scale")
    sys.modules.pop("scale", None)


def test_a_hundred_workers_are_kept_busy(scale: Any) -> None:
    given = argparse.Namespace(samples=24_000, times=scale.TIMES)
    workers, hours, efficiency, tail, *_ = scale.simulate(100, given, 8).split()
    assert workers == "100"
    drawing = json.loads(scale.TIMES.read_bytes())["draw"]["mean"]
    assert float(hours) > 0.9 * 24_000 * drawing / 50 / 3600  # fifty draw
    assert float(efficiency.rstrip("%")) > 90
    assert float(tail.rstrip("%")) < 20


def test_free_workers_ask_once_who_is_late(scale: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    late = stage.Stage._late
    monkeypatch.setattr(stage.Stage, "_late", lambda self: asked.append(self) or late(self))
    given = argparse.Namespace(samples=800, times=scale.TIMES)
    scale.simulate(200, given, 8)
    assert len(asked) < 20 * 100  # 200 answers and some ticks of the clock, for two stages; not times 100 free workers
