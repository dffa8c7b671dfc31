"""Linear layers that are given the same values are one product: which ones, with what result, and nothing kept."""

import threading
import weakref
from pathlib import Path
from typing import Any

import pytest
import torch
from tiny_models import save_tiny

from evalkit.models import int8, joining
from evalkit.models.int8 import Int8Linear
from evalkit.models.joining import JoinedLinear, replace_layers
from evalkit.models.loading import load_network
from evalkit.models.packing import PackedLinear

QKV, GATED = ("q_proj", "k_proj", "v_proj"), ("gate_proj", "up_proj")
JOINED = {
    "llama": {QKV, GATED},
    "qwen2": {QKV, GATED},
    "gemma2": {QKV, GATED},
    "mistral": {QKV, GATED},
    "lfm2": {QKV, ("w1", "w3")},
    "gpt2": set(),
    "bloom": set(),
}
onednn = pytest.mark.skipif(not torch.backends.mkldnn.is_available(), reason="torch is built without oneDNN")


class Attention(torch.nn.Module):
    """Two layers of the same values, used in a way that the subclass decides."""

    device = torch.device("cpu")

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.embed = torch.nn.Embedding(4, 8)
        self.first, self.second = torch.nn.Linear(8, 3), torch.nn.Linear(8, 5)

    def forward(self, input_ids: torch.Tensor, **_: object) -> torch.Tensor:
        return self.mixed(self.embed(input_ids))

    def mixed(self, values: torch.Tensor) -> torch.Tensor:
        return torch.cat([self.first(values), self.second(values)], -1)


class Writing(Attention):
    """Writes to the values between the two."""

    def mixed(self, values: torch.Tensor) -> torch.Tensor:
        found = self.first(values)
        return torch.cat([found, self.second(values.add_(1))], -1)


class Twice(Attention):
    """Uses a layer again."""

    def mixed(self, values: torch.Tensor) -> torch.Tensor:
        return torch.cat([self.first(values), self.second(values), self.first(2 * values)], -1)


class Failing(Attention):
    """Cannot do what is asked of it."""

    def mixed(self, values: torch.Tensor) -> torch.Tensor:
        self.first(values), self.second(values)
        raise NotImplementedError


class Turning(Attention):
    """Gives the two other values than before, once it is told to turn."""

    turned = False

    def mixed(self, values: torch.Tensor) -> torch.Tensor:
        return torch.cat([self.first(values), self.second(values + 1 if self.turned else values)], -1)


IDS = torch.tensor([[1, 2, 3]])


def same(layer: torch.nn.Linear) -> torch.nn.Module:
    """The layer itself, as a class that is replaced no more."""
    layer.__class__ = type("Kept", (torch.nn.Linear,), {})
    return layer


def joined(module: torch.nn.Module) -> list[str]:
    """The names of layers that are made together with others."""
    return [name for name, each in module.named_modules() if isinstance(each, JoinedLinear)]


@pytest.mark.parametrize("architecture", JOINED)
def test_layers_are_found_in_any_architecture(tmp_path: Path, architecture: str) -> None:
    module = load_network(save_tiny(tmp_path, architecture), "fp32", "cpu")
    linear = sum(type(each) is torch.nn.Linear for each in module.modules())
    groups = joining._given_the_same(module)
    assert {tuple(name.rpartition(".")[2] for name, _ in group) for group in groups} == JOINED[architecture]
    assert replace_layers(module, same) == linear
    assert len(joined(module)) == sum(map(len, groups))
    assert not any(type(each) is torch.nn.Linear for each in module.modules())


@onednn
@pytest.mark.parametrize("make", [PackedLinear, Int8Linear])
@pytest.mark.parametrize("architecture", ["llama", "qwen2", "lfm2"])
def test_joined_layers_give_what_they_gave_alone(
    tmp_path: Path, make: Any, architecture: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, ids = save_tiny(tmp_path, architecture), torch.arange(12).view(2, 6)
    alone, together = (load_network(folder, "fp32", "cpu") for _ in range(2))
    replace_layers(together, make)
    monkeypatch.setattr(joining, "_given_the_same", lambda _: [])
    replace_layers(alone, make)
    assert (bool(joined(together)), joined(alone)) == (True, [])
    with torch.inference_mode():
        found, wanted = (each(input_ids=ids, use_cache=False).logits for each in (together, alone))
    torch.testing.assert_close(found, wanted, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(
    ("kind", "expected"), [(Attention, ["first", "second"]), (Writing, []), (Twice, []), (Turning, ["first", "second"])]
)
def test_only_layers_that_may_be_made_together_are(kind: type[Attention], expected: list[str]) -> None:
    module = kind()
    with torch.inference_mode():
        wanted = module(IDS)
        replace_layers(module, same)
        assert joined(module) == expected
        torch.testing.assert_close(module(IDS), wanted)


def test_other_values_than_in_the_pass_that_was_looked_at_are_multiplied_anew() -> None:
    module = Turning()
    module.turned = True
    with torch.inference_mode():
        wanted = module(IDS)
    module.turned = False
    replace_layers(module, same)
    module.turned = True
    with torch.inference_mode():
        torch.testing.assert_close(module(IDS), wanted)


def test_a_model_that_raises_keeps_its_layers_apart() -> None:
    module = Failing()
    assert replace_layers(module, same) == 2
    assert joined(module) == []


def test_a_layer_with_a_bias_is_not_made_with_one_without() -> None:
    module = Attention()
    module.second = torch.nn.Linear(8, 5, bias=False)
    replace_layers(module, same)
    assert joined(module) == []


def test_a_joined_layer_tells_its_shape_weight_and_bias() -> None:
    module, plain = Attention(), Attention()
    replace_layers(module, same)
    for name in ("first", "second"):
        found, wanted = getattr(module, name), getattr(plain, name)
        assert torch.equal(found.weight, wanted.weight)
        assert torch.equal(found.bias, wanted.bias)
        assert (found.in_features, found.out_features) == (wanted.in_features, wanted.out_features)


def test_nothing_is_kept_after_the_last_of_them() -> None:
    module = Attention()
    replace_layers(module, same)
    values = torch.randn(1, 8)
    gone = weakref.ref(values)
    with torch.inference_mode():
        module.mixed(values)
    del values
    assert gone() is None


def test_threads_get_their_own_products() -> None:
    module, wrong = Attention(), []
    with torch.inference_mode():
        inputs = [torch.randn(1, 8) for _ in range(4)]
        wanted = [module.mixed(each) for each in inputs]
    replace_layers(module, same)

    def multiply(values: torch.Tensor, expected: torch.Tensor) -> None:
        with torch.inference_mode():
            wrong.extend(number for number in range(300) if not torch.allclose(module.mixed(values), expected))

    threads = [threading.Thread(target=multiply, args=pair) for pair in zip(inputs, wanted, strict=True)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert wrong == []


def test_int8_counts_the_layers_there_were(tmp_path: Path) -> None:
    module = load_network(save_tiny(tmp_path, "llama"), "fp32", "cpu")
    assert int8.quantise(module, list(range(10)))["layers"] == 2 * 7 + 1
