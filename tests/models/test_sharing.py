"""What prompts have in common is read once and kept once, and changes no draw."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from tiny_models import ARCHITECTURES, GRID, assert_same, drawn, request, save_tiny, specified

from evalkit.models.attention import SharedLayer
from evalkit.models.transformers import TransformersModel

Tiny = Callable[[str], TransformersModel]
LONG = "def shared_beginning(of, several, prompts):\n    # Long enough to be worth it.\n    "


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_prompts_that_begin_alike_draw_what_they_draw_alone(
    tiny: Tiny, architecture: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tiny(architecture)
    read: list[int] = []
    forward = model.network.module.forward

    def counted(**inputs: torch.Tensor) -> object:
        read.append(inputs["input_ids"].shape[1])
        return forward(**inputs)

    monkeypatch.setattr(model.network.module, "forward", counted)
    prompts = [LONG + "x", LONG + "yz", LONG, "other", "other, too short a beginning"]
    requests = [request(p, t, i, new=8) for p in prompts for t in (0.0, 0.8, 1.5) for i in range(3)]
    found = drawn(model, requests, batch_size=9)
    monkeypatch.undo()
    for wanted, each in zip(requests, found, strict=True):
        assert_same(each, specified(model, wanted))
    lengths = [len(model.encode(prompt)) for prompt in prompts]
    anew = lengths if architecture == "lfm2" else [lengths[0], 2, 1, *lengths[3:]]  # states have no beginnings
    assert [length for length in read if length > 1] == [length for length in anew if length > 1]


def test_rows_of_one_prompt_attend_to_it_together_where_the_model_allows(tiny: Tiny) -> None:
    shares = {}
    for architecture in ARCHITECTURES:
        model = tiny(architecture)
        drawn(model, GRID, batch_size=8)
        shares[architecture] = model.network._shares
    # None: windows and states are left to transformers, untried; bloom chooses its attention itself.
    expected = {"llama": True, "qwen2": True, "gpt2": True, "gemma2": None, "mistral": None, "bloom": False}
    assert shares == expected | {"lfm2": None}


def test_windows_that_are_never_reached_do_not_matter(tmp_path: Path) -> None:
    model = TransformersModel(save_tiny(tmp_path, "mistral", sliding_window=300), dtype="fp32", device="cpu")
    for wanted, found in zip(GRID, drawn(model, GRID, batch_size=8), strict=True):
        assert_same(found, specified(model, wanted))
    assert model.network._shares is True


def test_a_model_that_treats_keys_otherwise_is_found_out(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    model = TransformersModel(tiny("llama").folder, dtype="fp32", device="cpu")
    true = SharedLayer.attend
    monkeypatch.setattr(SharedLayer, "attend", lambda self, query, scaling: true(self, query, scaling * 1.5))
    assert drawn(model, GRID, batch_size=8) == drawn(model, GRID, batch_size=8)
    assert model.network._shares is False
    for wanted, found in zip(GRID, drawn(model, GRID, batch_size=8), strict=True):
        assert_same(found, specified(model, wanted))
