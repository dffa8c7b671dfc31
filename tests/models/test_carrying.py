"""How rows are carried from token to token is found by trying: what a model is called or accepts does not decide."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from tiny_models import ARCHITECTURES, GRID, PROMPTS, assert_same, drawn, request, save_tiny, specified

from evalkit.anatomy import reading
from evalkit.errors import ModelUnavailable
from evalkit.models import network as networks
from evalkit.models.cache import OnePromptCache, RowCache
from evalkit.models.network import Network
from evalkit.models.transformers import TransformersModel
from evalkit.models.uncached import UncachedRows

Tiny = Callable[[str], TransformersModel]
OTHERS = {
    "lfm2": OnePromptCache,
    "mamba": OnePromptCache,
    "recurrent_gemma": UncachedRows,
    "gpt": UncachedRows,
}


@pytest.fixture
def llama(tiny: Tiny) -> TransformersModel:
    """A model of its own, not tried yet."""
    return TransformersModel(tiny("llama").folder, dtype="fp32", device="cpu")


def changed(
    model: TransformersModel, monkeypatch: pytest.MonkeyPatch, change: Callable[[dict[str, Any]], None]
) -> None:
    """Have the model see other inputs than it is given."""
    forward = model.network.module.forward

    def seen(**inputs: Any) -> object:
        change(inputs)
        return forward(**inputs)

    monkeypatch.setattr(model.network.module, "forward", seen)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_each_architecture_has_what_carries_it(tiny: Tiny, architecture: str) -> None:
    assert tiny(architecture).network.kind is OTHERS.get(architecture, RowCache)


@pytest.mark.parametrize(("forgotten", "kind"), [("past_key_values", UncachedRows), ("position_ids", OnePromptCache)])
def test_a_model_that_forgets_what_it_is_given_is_found_out(
    llama: TransformersModel, monkeypatch: pytest.MonkeyPatch, forgotten: str, kind: type
) -> None:
    changed(llama, monkeypatch, lambda inputs: inputs.pop(forgotten, None))
    assert llama.network.kind is kind
    for wanted, found in zip(GRID, drawn(llama, GRID, batch_size=8), strict=True):
        assert_same(found, specified(llama, wanted))


def test_a_model_that_refuses_the_cache_is_read_whole(
    llama: TransformersModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(inputs: dict[str, Any]) -> None:
        if inputs.get("past_key_values") is not None:
            raise ValueError("uses a cache of its own")

    changed(llama, monkeypatch, refuse)
    assert llama.network.kind is UncachedRows


def test_one_text_that_is_rounded_otherwise_does_not_decide(
    llama: TransformersModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, texts = Network.whole, []

    def once_wrong(self: Network, ids: torch.Tensor, *, every: bool = False) -> torch.Tensor:
        texts.append(ids)
        return whole(self, ids, every=every) + (5.0 if len(texts) == 1 else 0.0) * torch.arange(ids.shape[1])[:, None]

    monkeypatch.setattr(Network, "whole", once_wrong)
    assert llama.network.kind is RowCache


def test_memory_that_runs_out_while_it_is_tried_decides_nothing(
    llama: TransformersModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        changed(llama, patch, lambda inputs: torch.empty(2**60) if "past_key_values" in inputs else None)
        with pytest.raises(RuntimeError, match="memory"):
            _ = llama.network.kind
    assert llama.network.kind is RowCache


def test_a_model_that_cannot_read_is_told_in_a_line(llama: TransformersModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(llama.network.module, "forward", lambda **_: torch.ones(2) @ torch.ones(3))
    with pytest.raises(ModelUnavailable, match="LlamaForCausalLM cannot read a text: inconsistent tensor size") as told:
        list(llama.generate([request("x", 1.0)]))
    assert "\n" not in str(told.value)


def test_whole_texts_are_read_some_at_a_time(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    model, sizes = tiny("gpt"), []
    assert model.network.kind is UncachedRows
    monkeypatch.setattr(networks, "WHOLE_TOKENS", 40)
    changed(model, monkeypatch, lambda inputs: sizes.append(inputs["input_ids"].numel()))
    requests = [request(PROMPTS[0], 1.5, index) for index in range(20)]
    found = drawn(model, requests, batch_size=20)
    assert max(sizes) <= 40
    monkeypatch.undo()
    for wanted, each in zip(requests, found, strict=True):
        assert_same(each, specified(model, wanted))


def test_who_draws_slowly_is_told(tiny: Tiny) -> None:
    assert tiny("llama").remarks == tiny("mamba").remarks == ()
    [told] = tiny("gpt").remarks
    assert "a pass over the whole text" in told


@pytest.mark.parametrize("architecture", ["gpt", "mamba", "llama"])
def test_int8_is_tried_before_it_is_rounded(tmp_path: Path, architecture: str) -> None:
    model = TransformersModel(save_tiny(tmp_path, architecture), dtype="int8", device="cpu")
    assert model.network._kind is OTHERS.get(architecture, RowCache)
    assert model.effect is not None
    assert model.effect["tokens"] < (model.context_length or 10_000)  # what there is room for
    requests = [request(prompt, 0.8, index) for prompt in PROMPTS for index in range(3)]
    found, alone = drawn(model, requests, batch_size=9), drawn(model, requests, batch_size=1)
    assert [each.tokens.ids[:1] for each in found] == [each.tokens.ids[:1] for each in alone]


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_a_text_that_is_read_in_pieces_is_the_whole_text(
    tiny: Tiny, architecture: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tiny(architecture)
    ids = model.encode(PROMPTS[2])
    monkeypatch.setattr(reading, "PIECE", 7)
    with torch.inference_mode():
        found = torch.cat(list(reading.pieces(model, ids)))
        [expected] = model.network.whole(torch.tensor([ids]), every=True)
    torch.testing.assert_close(found, expected, atol=1e-3, rtol=1e-4)
