"""The batch follows the memory: found from what is free, halved where that was too much, and no draw changes."""

from collections.abc import Callable

import pytest
import torch
from tiny_models import GRID, assert_same, drawn, request, specified

from evalkit.errors import ModelUnavailable
from evalkit.models.cache import RowCache
from evalkit.models.transformers import TransformersModel

Tiny = Callable[[str], TransformersModel]


@pytest.mark.parametrize("fits", [1, 3])
def test_an_allocation_that_fails_halves_the_batch_and_changes_no_draw(tiny: Tiny, fits: int) -> None:
    model = TransformersModel(tiny("llama").folder, dtype="fp32", device="cpu")
    assert model.network.kind is RowCache  # found before memory is short
    forward, sizes = model.network.module.forward, []

    def limited(**inputs: torch.Tensor) -> object:
        sizes.append(len(inputs["input_ids"]))
        if sizes[-1] > fits:
            torch.empty(2**60)  # the allocator's own refusal
        return forward(**inputs)

    model.network.module.forward = limited
    found = drawn(model, GRID, batch_size=12)
    model.network.module.forward = forward
    for wanted, each in zip(GRID, found, strict=True):
        assert_same(each, specified(model, wanted))
    assert model.network.largest == fits  # 12, 6, 3, 1
    refused = [size for size in sizes if size > fits]
    assert len(refused) == {1: 3, 3: 2}[fits]
    drawn(model, GRID[:6], batch_size=12)  # the next requests begin with what memory allowed


def test_memory_that_ends_while_a_prompt_is_read_loses_no_request(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    model = TransformersModel(tiny("llama").folder, dtype="fp32", device="cpu")
    forward, failures = model.network.module.forward, iter([False, False, MemoryError, False, False, RuntimeError])

    def sometimes(**inputs: torch.Tensor) -> object:
        failure = next(failures, False) if inputs["input_ids"].shape[1] > 1 else False
        if failure is MemoryError:
            raise MemoryError
        if failure:
            torch.empty(2**60)
        return forward(**inputs)

    monkeypatch.setattr(model.network.module, "forward", sometimes)
    prompts = [f"prompt number {number}" for number in range(6)]
    requests = [request(prompt, 1.0, index) for prompt in prompts for index in range(2)]
    found = drawn(model, requests, batch_size=8)
    assert next(failures, "all met") == "all met"
    monkeypatch.undo()
    assert [each.tokens.ids for each in found] == [specified(model, each).tokens.ids for each in requests]


def test_too_little_memory_for_one_sample_is_one_clear_line(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    model = TransformersModel(tiny("llama").folder, dtype="fp32", device="cpu")
    monkeypatch.setattr(model.network.module, "forward", lambda **_: torch.empty(2**60))
    with pytest.raises(ModelUnavailable, match="not enough for one sample at a time"):
        list(model.generate([request("x", 1.0, i) for i in range(4)]))


def test_other_errors_of_a_network_are_not_taken_for_a_lack_of_memory(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = TransformersModel(tiny("llama").folder, dtype="fp32", device="cpu")
    assert model.network.kind is RowCache  # found while there is no error
    monkeypatch.setattr(model.network.module, "forward", lambda **_: torch.ones(2) @ torch.ones(3))
    with pytest.raises(RuntimeError, match="size"):
        list(model.generate([request("x", 1.0)]))


def test_batch_size_follows_the_free_memory(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    model = tiny("llama")
    per_row = 100 * 2 * 2 * 2 * 8 * 4 + len(model.tokenizer) * 40
    monkeypatch.setattr("evalkit.models.transformers.free_memory", lambda device: per_row * 10)
    assert model._rows_at_once(100) == 5
    monkeypatch.setattr("evalkit.models.transformers.free_memory", lambda device: 10)
    assert model._rows_at_once(100) == 1
