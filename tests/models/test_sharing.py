"""What prompts have in common is read once and kept once, and changes no draw."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tiny_models import ARCHITECTURES, GRID, assert_same, drawn, request, save_tiny, specified
from transformers.integrations.sdpa_attention import sdpa_attention_forward

from evalkit.models import attention, partial_attention
from evalkit.models.arranging import CALLS, blocks, width_of
from evalkit.models.attention import SharedLayer, attend
from evalkit.models.cache import OnePromptCache
from evalkit.models.partial_attention import FEW_KEYS, flash, flash_pays, products
from evalkit.models.transformers import TransformersModel
from evalkit.models.uncached import UncachedRows

Tiny = Callable[[str], TransformersModel]
LONG = "def shared_beginning(of, several, prompts):\n    # Long enough to be worth it.\n    "


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_prompts_that_begin_alike_draw_what_they_draw_alone(
    tiny: Tiny, architecture: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tiny(architecture)
    kind = model.network.kind  # found by reading, before reading is counted
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
    anew = lengths if kind is OnePromptCache else [lengths[0], 2, 1, *lengths[3:]]  # states have no beginnings
    if kind is not UncachedRows:
        assert [length for length in read if length > 1] == [length for length in anew if length > 1]


def test_prompts_of_all_lengths_lie_side_by_side_and_make_room_for_others(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tiny("llama")
    widths = set()
    true = SharedLayer.attend

    def noted(self: SharedLayer, query: torch.Tensor, scaling: float) -> torch.Tensor:
        assert self.layout is not None
        widths.update((block.width, block.end - block.first) for block in self.layout.blocks)
        return true(self, query, scaling)

    monkeypatch.setattr(SharedLayer, "attend", noted)
    lengths = [3, 120, 150, 7, 5, 200, 1, 140]
    requests = [
        # From "[" on no uniform is closer than 5e-5 to a border between tokens; from "a" on one is by 7e-8.
        request(chr(91 + which) * length, 1.0, index, new=5 + 7 * (index % 4))
        for which, length in enumerate(lengths)
        for index in range(3 + 2 * (which % 3))
    ]
    found = drawn(model, requests, batch_size=13)
    assert {width for width, _ in widths} == {128, 192, 256}
    assert max(prompts for _, prompts in widths) >= 3
    for wanted, each in zip(requests, found, strict=True):
        assert_same(each, specified(model, wanted))


@pytest.mark.parametrize(("tokens", "key_heads", "masked"), [(1, 2, False), (1, 6, False), (1, 2, True), (4, 2, False)])
def test_rows_that_share_no_prompt_get_what_transformers_computes(
    monkeypatch: pytest.MonkeyPatch, tokens: int, key_heads: int, masked: bool
) -> None:
    torch.manual_seed(0)
    query = torch.randn(3, 6, tokens, 8)
    key, value = torch.randn(3, key_heads, 9, 8), torch.randn(3, key_heads, 9, 8)
    module = SimpleNamespace(num_key_value_groups=6 // key_heads, is_causal=True)
    mask = torch.arange(9) >= torch.tensor([0, 2, 5])[:, None, None, None] if masked else None
    expected, _ = sdpa_attention_forward(module, query, key, value, mask, scaling=0.7)
    slow_alone = (tokens, key_heads, masked) == (1, 2, False)  # grouped heads without a mask
    if slow_alone:
        monkeypatch.setattr(attention, "sdpa_attention_forward", lambda *_, **__: pytest.fail("took the slow kernel"))
    found, _ = attend(module, query, key, value, mask, scaling=0.7)
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-5), (torch.bfloat16, 0.02)])
def test_both_ways_give_the_same_means_and_weights(dtype: torch.dtype, tolerance: float) -> None:
    torch.manual_seed(0)
    query = torch.randn(2, 3, 4, 8, dtype=dtype)
    keys, values = torch.randn(2, 2, 3, 50, 8, dtype=dtype)
    each_query, all_queries = torch.zeros(2, 3, 4, 50, dtype=dtype), torch.zeros(2, 1, 1, 50, dtype=dtype)
    each_query[0, :, :2, 30:], each_query[1, :, :, 7:] = -torch.inf, -torch.inf
    all_queries[1, ..., 20:] = -torch.inf
    for hidden in (each_query, all_queries):
        found, expected = (way(query, keys, values, hidden, 0.7) for way in (products, flash))
        for ours, torchs in zip(found, expected, strict=True):
            torch.testing.assert_close(ours.float(), torchs.float(), atol=tolerance, rtol=tolerance)


def test_products_attend_where_torchs_kernel_cannot_or_takes_longer() -> None:
    few = torch.zeros(1, 3, FEW_KEYS // 3 - 1, 8)
    many = torch.zeros(4, 3, FEW_KEYS // 12, 8)
    assert flash_pays(few, few)
    assert not flash_pays(many, many)
    assert flash_pays(many.half(), many.half())  # few processors multiply these
    assert not flash_pays(few, few[..., :4])
    assert not flash_pays(few.to("meta"), few.to("meta"))


def test_products_take_the_logarithm_where_most_weights_are_nothing() -> None:
    keys, values = torch.zeros(1, 1, 4, 1), torch.arange(4.0).view(1, 1, 4, 1)
    keys[..., 2, :] = 1000
    means, log_weight = products(torch.ones(1, 1, 1, 1), keys, values, torch.zeros(1, 1, 1, 4), 1.0)
    assert (means.item(), log_weight.item()) == (2.0, 1000.0)


@pytest.mark.parametrize("few", [0, 10**9])
def test_a_model_draws_the_same_either_way(few: int, tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partial_attention, "FEW_KEYS", few)
    model = TransformersModel(tiny("llama").folder, dtype="fp32", device="cpu")
    for wanted, found in zip(GRID, drawn(model, GRID, batch_size=8), strict=True):
        assert_same(found, specified(model, wanted))
    assert model.network._shares is True


@given(st.lists(st.integers(1, 100), min_size=1, max_size=40), st.sampled_from([128, 192, 1024]))
def test_blocks_hold_each_prompt_once_and_waste_little(counts: list[int], width: int) -> None:
    found = blocks(counts, width)
    assert [place for first, end in found for place in range(first, end)] == list(range(len(counts)))
    for first, end in found:
        empty = max(counts[first:end]) * (end - first) - sum(counts[first:end])
        assert empty * width <= CALLS * (end - first - 1)


@given(st.integers(1, 100_000))
def test_a_prompt_is_given_room_for_itself_and_at_most_half_as_much_again(tokens: int) -> None:
    width = width_of(tokens)
    assert tokens <= width and (width == 128 or width <= 1.5 * tokens)


def test_rows_of_one_prompt_attend_to_it_together_where_the_model_allows(tiny: Tiny) -> None:
    shares = {}
    for architecture in ARCHITECTURES:
        model = tiny(architecture)
        drawn(model, GRID, batch_size=8)
        shares[architecture] = model.network._shares
    # None: windows and states are left to transformers, untried; bloom chooses its attention itself.
    expected = {"llama": True, "qwen2": True, "gpt2": True, "gemma2": None, "mistral": None, "bloom": False}
    assert shares == expected | dict.fromkeys(["lfm2", "mamba", "recurrent_gemma", "gpt"])


def test_windows_that_are_never_reached_do_not_matter(tmp_path: Path) -> None:
    model = TransformersModel(save_tiny(tmp_path, "mistral", sliding_window=300), dtype="fp32", device="cpu")
    for wanted, found in zip(GRID, drawn(model, GRID, batch_size=8), strict=True):
        assert_same(found, specified(model, wanted))
    assert model.network._shares is True


@pytest.mark.parametrize("otherwise", ["scaled", "in another type"])
def test_a_model_that_treats_keys_otherwise_is_found_out(
    otherwise: str, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = TransformersModel(tiny("llama").folder, dtype="fp32", device="cpu")
    true = SharedLayer.attend
    ways: dict[str, Callable[..., Any]] = {
        "scaled": lambda self, query, scaling: true(self, query, scaling * 1.5),
        "in another type": lambda self, query, scaling: true(self, query.double(), scaling),  # raises
    }
    monkeypatch.setattr(SharedLayer, "attend", ways[otherwise])
    assert drawn(model, GRID, batch_size=8) == drawn(model, GRID, batch_size=8)
    assert model.network._shares is False
    for wanted, found in zip(GRID, drawn(model, GRID, batch_size=8), strict=True):
        assert_same(found, specified(model, wanted))
