"""Draws that are looked at one step later, as on a GPU: the same tokens, and a host that waits for no step."""

import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from tiny_models import ARCHITECTURES, GRID, assert_same, drawn, request, save_tiny
from torch.utils._python_dispatch import TorchDispatchMode

from evalkit.models import decoding
from evalkit.models.batch import Batch, Settings
from evalkit.models.decoding import decode_batched
from evalkit.models.rows import plan
from evalkit.models.transfer import Arriving
from evalkit.models.transformers import TransformersModel
from evalkit.types import Completion, Request, Shaping

Tiny = Callable[[str], TransformersModel]
READS = ("item", "tolist", "cpu", "numpy", "__bool__", "__int__", "__float__", "__index__")
ASKS = ("aten::_local_scalar_dense", "aten::nonzero", "aten::is_nonzero", "aten::equal", "aten::masked_select")


def drawn_late(model: TransformersModel, requests: list[Request], batch_size: int, eos: Any = None) -> list[Completion]:
    """What the engine draws when it looks one step later."""
    groups = plan(requests, model.encode, model.decode)
    settings = Settings(batch_size, 256, model.eos if eos is None else eos, lagging=True)
    found = dict(decode_batched(model.network, groups, settings))
    return [found[position] for position in range(len(requests))]


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("batch_size", [1, 7, 64])
def test_the_same_samples(tiny: Tiny, architecture: str, batch_size: int) -> None:
    model = tiny(architecture)
    for found, expected in zip(drawn_late(model, GRID, batch_size), drawn(model, GRID, batch_size=7), strict=True):
        assert_same(found, expected)


def test_stops_cut_where_they_cut_at_once(tiny: Tiny) -> None:
    model = tiny("qwen2")
    first = drawn(model, GRID, batch_size=7)
    stop = next(each.text[3:5] for each in first if len(each.text) > 8)
    requests = [replace(each, stop=(stop,)) for each in GRID]
    for found, expected in zip(drawn_late(model, requests, 7), drawn(model, requests, 7), strict=True):
        assert_same(found, expected)


def test_what_an_ended_row_draws_is_dropped(tiny: Tiny) -> None:
    model = tiny("llama")
    for new in range(2, 12):  # each sample ends one token before its last one, for some length
        requests = [request("x", 1.0, index, new=new) for index in range(12)]
        common = drawn(model, requests, 12)[0].tokens.ids[new - 2]
        groups = plan(requests, model.encode, model.decode)
        settings = Settings(12, 256, {common}, lagging=True)
        positions = [position for position, _ in decode_batched(model.network, groups, settings)]
        assert sorted(positions) == list(range(12))


@pytest.mark.parametrize(
    "changes",
    [{"shaping": Shaping(repetition_penalty=1.3)}, {"shaping": Shaping(top_p=0.7)}, {"top_logprobs": 3}],
    ids=str,
)
def test_what_the_host_must_know_is_not_looked_at_late(tiny: Tiny, changes: dict[str, Any]) -> None:
    model = tiny("qwen2")
    requests = [replace(each, **changes) for each in GRID]
    for found, expected in zip(drawn_late(model, requests, 7), drawn(model, requests, 7), strict=True):
        assert_same(found, expected)
    groups = plan(requests, model.encode, model.decode)
    assert not decoding.fitting(model.network, groups, Settings(7, 256, model.eos, lagging=True)).lagging


class Asked(TorchDispatchMode):
    """Notes operations whose result the host must wait for on a GPU."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = func._schema.name
        indices = args[1] if name.startswith("aten::index") and isinstance(args[1], list | tuple) else ()
        if name in ASKS or any(each is not None and each.dtype == torch.bool for each in indices):
            self.found.append(name)
        return func(*args, **(kwargs or {}))


@contextmanager
def noted_reads(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every time that a tensor's value is asked for, but by `Arriving`."""
    found: list[str] = []
    with monkeypatch.context() as patched:
        for name in READS:
            original = getattr(torch.Tensor, name)

            def read(self: Any, *values: Any, _name: str = name, _original: Any = original, **options: Any) -> Any:
                found.append(_name)
                return _original(self, *values, **options)

            patched.setattr(torch.Tensor, name, read)
        make = torch.tensor

        def made(*values: Any, **options: Any) -> torch.Tensor:
            if sys._getframe(1).f_globals["__name__"] != "evalkit.models.transfer":
                found.append("tensor")  # from ordinary memory: a GPU's stream is waited for
            return make(*values, **options)

        patched.setattr(torch, "tensor", made)
        with Asked() as asked:
            yield found
        found += asked.found


@pytest.mark.parametrize("temperatures", [(0.0, 0.8), (1.0,)])
def test_a_step_asks_the_device_for_nothing(
    temperatures: tuple[float, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = TransformersModel(save_tiny(tmp_path, "llama"), dtype="fp32", device="cpu")
    requests = [request(p, t, i, new=40) for p in ("x", "def f(x):") for t in temperatures for i in range(4)]
    groups = plan(requests, model.encode, model.decode)
    settings = decoding.fitting(model.network, groups, Settings(16, 64, frozenset(), lagging=True))
    batch, waiting = Batch(model.network, replace(settings, grouped=True)), deque(groups)
    batch.advance(waiting)
    batch.advance(waiting)
    batch.coming = None  # else it is looked at: see the next test for when
    with noted_reads(monkeypatch) as asked:
        batch.advance(waiting)
    assert asked == []


def test_a_step_is_under_way_before_the_last_one_is_looked_at(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[str] = []
    step, look = decoding.Network.step, Arriving.tolist
    monkeypatch.setattr(decoding.Network, "step", lambda *given: events.append("step") or step(*given))
    monkeypatch.setattr(Arriving, "tolist", lambda self: events.append("look") or look(self))
    model = tiny("llama")
    requests = [request("x", 1.0, index, new=5) for index in range(4)]
    drawn_late(model, requests, 4, eos=frozenset())
    assert events == ["step", "look"] * 5
