"""int8 weights: near to the model they were made from, the same for any batch, and honest about the difference."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from tiny_models import request
from transformers import DynamicCache

from evalkit.errors import ConfigError
from evalkit.models import int8
from evalkit.models.int8 import Int8Linear, check
from evalkit.models.transformers import TransformersModel

Tiny = Callable[[str], TransformersModel]
pytestmark = pytest.mark.skipif(
    "fbgemm" not in torch.backends.quantized.supported_engines, reason="this processor has no int8 kernels"
)


def test_a_layer_is_near_to_the_one_it_was_made_from() -> None:
    torch.manual_seed(0)
    layer = torch.nn.Linear(64, 40)
    values = torch.randn(3, 5, 64) * torch.tensor([1e-3, 1.0, 1e3])[:, None, None]
    with torch.inference_mode():
        expected, found = layer(values), Int8Linear(layer)(values)
    relative = (found - expected).flatten(1).norm(dim=1) / expected.flatten(1).norm(dim=1)
    assert found.shape == expected.shape
    assert relative.max() < 0.03


def test_the_largest_sums_do_not_overflow() -> None:
    layer = torch.nn.Linear(64, 8, bias=False)
    torch.nn.init.constant_(layer.weight, -1.0)
    with torch.inference_mode():
        torch.testing.assert_close(Int8Linear(layer)(torch.ones(3, 64)), torch.full((3, 8), -64.0), rtol=0.01, atol=0)


@pytest.mark.parametrize(("flags", "bits"), [("avx2 avx512_vnni", 8), ("avx_vnni", 8), ("avx2 avx512f", 7), ("", 7)])
def test_activations_have_the_bits_that_the_processor_can_add(
    monkeypatch: pytest.MonkeyPatch, flags: str, bits: int
) -> None:
    able = int8.activation_bits()
    monkeypatch.setattr(int8, "processor_flags", lambda: set(flags.split()))
    assert int8.activation_bits() == bits
    if bits > able:
        pytest.skip("this processor has no VNNI, its sums would overflow")
    torch.manual_seed(0)
    layer, values = torch.nn.Linear(64, 40), torch.randn(50, 64)
    with torch.inference_mode():
        difference = (Int8Linear(layer)(values) - layer(values)).norm() / layer(values).norm()
    assert 0.7 < difference / (0.0123 if bits == 7 else 0.0069) < 1.3


def test_a_row_does_not_depend_on_the_rows_beside_it() -> None:
    torch.manual_seed(0)
    layer = Int8Linear(torch.nn.Linear(64, 40))
    rows = torch.randn(9, 64) * torch.logspace(-3, 3, 9)[:, None]
    with torch.inference_mode():
        together = layer(rows)
        for row in range(9):
            assert torch.equal(layer(rows[row : row + 1])[0], together[row])
        assert torch.equal(layer(torch.zeros(2, 64)), layer(torch.zeros(1, 64)).expand(2, -1))


def test_the_effect_is_measured_and_told(tiny: Tiny) -> None:
    model = TransformersModel(tiny("llama").folder, dtype="int8", device="cpu")
    effect = model.describe()["int8_effect"]
    assert isinstance(effect, dict)
    assert effect["layers"] == 15  # seven in each of two blocks, and the output
    assert 0 < effect["mean_absolute_logprob_change"] < 1
    assert abs(effect["mean_logprob_change"]) <= effect["mean_absolute_logprob_change"]
    assert effect["mean_absolute_logprob_change"] <= effect["largest_logprob_change"]
    assert effect["mean_divergence"] > 0
    assert str(effect["mean_absolute_logprob_change"]) in model.remarks[0]
    assert model.describe()["parameters"] == tiny("llama").describe()["parameters"]
    assert tiny("llama").remarks == ()
    found = dict(model.generate([request("x", 0.8, index) for index in range(8)]))
    alone = dict(model.generate([request("x", 0.8, 3)]))
    assert found[3].tokens.ids == alone[0].tokens.ids


def test_only_sums_outside_the_layers_make_one_pass_differ_from_step_by_step(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Why a replay in one pass leaves a record: float sums in another order, which rounding to 8 bits enlarges.

    The layers themselves give a row the same result in any batch (above). With everything between them in float64, sums
    in either order are the same float32, and so is all that follows.
    """
    module = TransformersModel(tiny("llama").folder, dtype="int8", device="cpu").network.module
    ids = torch.randint(3, 250, (1, 120), generator=torch.Generator().manual_seed(1))
    in_float32 = largest_difference(module, ids)
    forward = Int8Linear.forward
    monkeypatch.setattr(Int8Linear, "forward", lambda layer, values: forward(layer, values.float()).double())
    in_float64 = largest_difference(module.double(), ids)
    assert in_float64 == 0 < in_float32


@torch.inference_mode()
def largest_difference(module: Any, ids: torch.Tensor) -> float:
    """Of the log-probabilities from one pass and from one token after another, in nats."""
    whole = module(input_ids=ids, use_cache=False).logits[0]
    cache, steps = DynamicCache(config=module.config), []
    for at in range(ids.shape[1]):
        steps.append(module(input_ids=ids[:, at : at + 1], past_key_values=cache, use_cache=True).logits[0, 0])
    return float((whole.log_softmax(-1) - torch.stack(steps).log_softmax(-1)).abs().max())


def test_other_devices_are_refused() -> None:
    with pytest.raises(ConfigError, match="int8 needs an x86 processor"):
        check("cuda")
