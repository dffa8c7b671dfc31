"""Weights in oneDNN's own layout: bf16 keeps its bits, float32 what the specification draws; the machine decides."""

from pathlib import Path

import pytest
import torch
from tiny_models import GRID, assert_same, drawn, save_tiny, specified

from evalkit.models import packing
from evalkit.models.packing import PackedLinear
from evalkit.models.transformers import TransformersModel

bf16 = pytest.mark.skipif(not packing.pays("cpu", "bf16"), reason="oneDNN has no bf16 on this processor")
amd = pytest.mark.skipif(not packing.pays("cpu", "fp32"), reason="oneDNN's rounding was looked at on AMD processors")
onednn = pytest.mark.skipif(not torch.backends.mkldnn.is_available(), reason="torch is built without oneDNN")


def packed_and_plain(folder: Path, dtype: str, patch: pytest.MonkeyPatch) -> tuple[TransformersModel, ...]:
    """The same model both ways, wherever the test runs."""
    models = []
    for pays in (True, False):
        patch.setattr(packing, "pays", lambda *_, pays=pays: pays)
        models.append(TransformersModel(folder, dtype=dtype, device="cpu"))
    kinds = [{type(each) for each in model.network.module.modules()} for model in models]
    assert [torch.nn.Linear in each for each in kinds] == [False, True]
    assert [PackedLinear in each for each in kinds] == [True, False]
    return tuple(models)


@onednn
@pytest.mark.parametrize("dtype", [pytest.param(torch.bfloat16, marks=bf16), torch.float32])
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("shape", [(1, 64), (5, 64), (2, 3, 64)])
def test_a_layer_gives_what_it_gave(dtype: torch.dtype, bias: bool, shape: tuple[int, ...]) -> None:
    torch.manual_seed(0)
    layer = torch.nn.Linear(64, 40, bias=bias, dtype=dtype)
    packed = PackedLinear(layer)
    values = torch.randn(shape, dtype=dtype)
    error = 0.0 if dtype == torch.bfloat16 else 1e-5
    with torch.inference_mode():
        torch.testing.assert_close(packed(values), layer(values), atol=error, rtol=error)
    assert torch.equal(packed.weight, layer.weight)


@amd
@pytest.mark.parametrize(("width", "height"), [(576, 1536), (1536, 576), (4864, 896), (100, 7)])
def test_a_row_of_float32_is_rounded_alike_in_any_company(width: int, height: int) -> None:
    torch.manual_seed(0)
    packed, values = PackedLinear(torch.nn.Linear(width, height, bias=False)), torch.randn(70, width)
    with torch.inference_mode():
        together = packed(values)
        for count in (1, 2, 3, 4, 5, 8, 31, 64):
            assert torch.equal(packed(values[5 : 5 + count]), together[5 : 5 + count]), count


@bf16
@pytest.mark.parametrize("architecture", ["llama", "gpt2", "lfm2"])
def test_a_model_in_bf16_draws_what_it_drew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, architecture: str) -> None:
    packed, plain = packed_and_plain(save_tiny(tmp_path, architecture), "bf16", monkeypatch)
    assert packed.describe() == plain.describe()
    assert drawn(packed, GRID, batch_size=8) == drawn(plain, GRID, batch_size=8)


@onednn
@pytest.mark.parametrize("architecture", ["llama", "gpt2", "lfm2", "qwen2"])
def test_a_model_in_float32_draws_what_the_specification_draws_by_torch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, architecture: str
) -> None:
    packed, plain = packed_and_plain(save_tiny(tmp_path, architecture), "fp32", monkeypatch)
    assert (packed.describe()["products"], plain.describe()["products"]) == ("onednn", "torch")
    for wanted, found in zip(GRID, drawn(packed, GRID, batch_size=8), strict=True):
        assert_same(found, specified(plain, wanted))


@pytest.mark.parametrize(
    ("device", "dtype", "vendor", "expected"),
    [
        ("cpu", "fp32", "AuthenticAMD", torch.backends.mkldnn.is_available()),
        ("cpu", "fp32", "GenuineIntel", False),
        ("cpu", "fp32", "", False),
        ("cpu", "int8", "AuthenticAMD", False),
        ("cpu", "fp16", "AuthenticAMD", False),
        ("cuda", "fp32", "AuthenticAMD", False),
        ("cuda", "bf16", "AuthenticAMD", False),
    ],
)
def test_the_processor_decides(
    device: str, dtype: str, vendor: str, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packing, "processor_vendor", lambda: vendor)
    assert packing.pays(device, dtype) is expected
