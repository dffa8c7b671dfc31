"""Weights in oneDNN's own layout give the same products bit for bit, and the same draws."""

from pathlib import Path

import pytest
import torch
from tiny_models import GRID, drawn, save_tiny

from evalkit.models import packing
from evalkit.models.packing import PackedLinear
from evalkit.models.transformers import TransformersModel

pytestmark = pytest.mark.skipif(not packing.pays("cpu", "bf16"), reason="oneDNN has no bf16 on this processor")


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("shape", [(1, 64), (5, 64), (2, 3, 64)])
def test_a_layer_gives_what_it_gave(bias: bool, shape: tuple[int, ...]) -> None:
    torch.manual_seed(0)
    layer = torch.nn.Linear(64, 40, bias=bias, dtype=torch.bfloat16)
    packed = PackedLinear(layer)
    values = torch.randn(shape, dtype=torch.bfloat16)
    with torch.inference_mode():
        torch.testing.assert_close(packed(values), layer(values), atol=0, rtol=0)
    assert torch.equal(packed.weight, layer.weight)


@pytest.mark.parametrize("architecture", ["llama", "gpt2", "lfm2"])
def test_a_model_draws_what_it_drew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, architecture: str) -> None:
    folder = save_tiny(tmp_path, architecture)
    packed = TransformersModel(folder, dtype="bf16", device="cpu")
    monkeypatch.setattr(packing, "pays", lambda *_: False)
    plain = TransformersModel(folder, dtype="bf16", device="cpu")
    kinds = [{type(each) for each in model.network.module.modules()} for model in (packed, plain)]
    assert (torch.nn.Linear in kinds[0], PackedLinear in kinds[0]) == (False, True)
    assert (torch.nn.Linear in kinds[1], PackedLinear in kinds[1]) == (True, False)
    assert packed.describe() == plain.describe()
    assert drawn(packed, GRID, batch_size=8) == drawn(plain, GRID, batch_size=8)


def test_other_dtypes_and_devices_keep_their_layers(tmp_path: Path) -> None:
    model = TransformersModel(save_tiny(tmp_path, "llama"), dtype="fp32", device="cpu")
    assert not any(isinstance(each, PackedLinear) for each in model.network.module.modules())
    assert not packing.pays("cuda", "bf16")
