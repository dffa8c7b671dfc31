"""One row's products through NumPy's BLAS give what torch's give; the machine decides, not the clock."""

import copy
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from tiny_models import GRID, assert_same, drawn, save_tiny, specified

from evalkit.models import blas, packing
from evalkit.models.transformers import TransformersModel

Load = Callable[[bool], TransformersModel]


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    """Loads a tiny model with or without these products, wherever the test runs."""

    def get(pays: bool) -> TransformersModel:
        monkeypatch.setattr(blas, "pays", lambda *_: pays)
        monkeypatch.setattr(packing, "pays", lambda *_: False)
        return TransformersModel(save_tiny(tmp_path, "qwen2", tie_word_embeddings=True), dtype="fp32", device="cpu")

    return get


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("shape", [(64,), (1, 64), (5, 64), (2, 3, 64)])
def test_a_layer_gives_what_it_gave(bias: bool, shape: tuple[int, ...]) -> None:
    torch.manual_seed(0)
    layer = torch.nn.Linear(64, 40, bias=bias)
    values, adopted = torch.randn(shape), copy.deepcopy(layer)
    blas.BlasLinear.adopt(adopted)
    with torch.inference_mode():
        torch.testing.assert_close(adopted(values), layer(values), atol=1e-5, rtol=1e-5)
    assert torch.equal(adopted.weight, layer.weight)


def test_a_strided_view_is_read_as_it_is() -> None:
    layer = torch.nn.Linear(8, 3)
    values = torch.randn(8, 4).t()
    expected = layer(values)
    blas.BlasLinear.adopt(layer)
    torch.testing.assert_close(layer(values), expected)


def test_a_model_draws_what_the_specification_draws_by_torch(load: Load) -> None:
    plain, adopted = load(False), load(True)
    assert (plain.describe()["products"], adopted.describe()["products"]) == ("torch", "openblas")
    assert not any(isinstance(each, blas.BlasLinear) for each in plain.network.module.modules())
    for wanted, found in zip(GRID, drawn(adopted, GRID, batch_size=1), strict=True):
        assert_same(found, specified(plain, wanted))


def test_a_tied_embedding_is_left_alone_and_counted_once(load: Load) -> None:
    plain, adopted = load(False), load(True)
    assert adopted.network.module.get_input_embeddings().weight.is_contiguous()
    assert adopted.parameters == plain.parameters


@pytest.mark.parametrize(
    ("device", "dtype", "vendor", "batch_size", "expected"),
    [
        ("cpu", "fp32", "AuthenticAMD", 1, True),
        ("cpu", "fp32", "AuthenticAMD", 2, False),
        ("cpu", "fp32", "AuthenticAMD", None, False),
        ("cpu", "fp32", "GenuineIntel", 1, False),
        ("cpu", "bf16", "AuthenticAMD", 1, False),
        ("cpu", "int8", "AuthenticAMD", 1, False),
        ("cuda", "fp32", "AuthenticAMD", 1, False),
    ],
)
def test_it_is_for_single_rows_of_float32_on_amd_processors(
    device: str, dtype: str, vendor: str, batch_size: int | None, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blas, "processor_vendor", lambda: vendor)
    monkeypatch.setattr(blas, "_numpy_has_openblas", lambda: True)
    assert blas.pays(device, dtype, batch_size) is expected


def test_threads_of_numpy_follow() -> None:
    from threadpoolctl import threadpool_info

    before = [each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"]
    blas.limit_threads(1)
    assert {each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"} <= {1}
    blas.limit_threads(max(before, default=1))
