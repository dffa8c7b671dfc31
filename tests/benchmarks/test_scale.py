"""The scheduling of the engine for many machines, on a simulated cluster: every unit once, and few workers idle."""

import argparse
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
    given = argparse.Namespace(samples=12_000, draw=1.0, judge=0.3, sigma=0.6)
    workers, hours, efficiency, tail, *_ = scale.simulate(100, given, 8).split()
    assert workers == "100"
    assert float(hours) > 12_000 * 1.0 / 50 / 3600  # fifty draw, and a mean is above its median
    assert float(efficiency.rstrip("%")) > 90
    assert float(tail.rstrip("%")) < 20


def test_free_workers_ask_once_who_is_late(scale: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    late = stage.Stage._late
    monkeypatch.setattr(stage.Stage, "_late", lambda self: asked.append(self) or late(self))
    given = argparse.Namespace(samples=800, draw=1.0, judge=0.3, sigma=0.6)
    scale.simulate(200, given, 8)
    assert len(asked) < 20 * 100  # 200 answers and some ticks of the clock, for two stages; not times 100 free workers
