"""Which device and dtype a model gets, and checkpoints that are quantised: on whatever machine the tests run."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from tiny_models import GRID, assert_same, drawn, request, specified

from evalkit.config import load_experiment
from evalkit.errors import ConfigError, ModelUnavailable
from evalkit.models import load_model, loading
from evalkit.models.transformers import TransformersModel

Tiny = Callable[[str], TransformersModel]
Machine = Callable[..., None]


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Makes torch and the processor say what another machine's would."""

    def pretend(cuda: int = 0, mps: bool = False, capability: tuple[int, int] = (9, 0), flags: str = "sse2") -> None:
        monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda > 0)
        monkeypatch.setattr(torch.cuda, "device_count", lambda: cuda)
        monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: capability)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
        monkeypatch.setattr(loading, "processor_flags", lambda: set(flags.split()))

    return pretend


@pytest.mark.parametrize(
    ("here", "device", "dtype"),
    [
        ({"cuda": 1, "mps": True}, "cuda", "bf16"),
        ({"cuda": 1, "capability": (7, 5)}, "cuda", "fp32"),
        ({"mps": True}, "mps", "fp32"),
        ({"flags": "sse2 avx512_bf16"}, "cpu", "bf16"),
        ({"flags": "amx_bf16"}, "cpu", "bf16"),
        ({"flags": "avx512f"}, "cpu", "fp32"),
    ],
)
def test_auto_is_the_best_device_and_bf16_where_it_is_native(machine, here, device, dtype) -> None:  # type: ignore[no-untyped-def]  # parametrised
    machine(**here)
    assert loading.choose_device("auto") == device
    assert loading.choose_dtype("auto", device) == dtype
    assert loading.choose_dtype("fp16", device) == "fp16"


def test_a_device_that_is_named_is_taken_if_it_is_here(machine: Machine) -> None:
    machine(cuda=2, capability=(8, 0))
    assert [loading.choose_device(each) for each in ("cpu", "cuda", "cuda:1")] == ["cpu", "cuda", "cuda:1"]
    assert loading.choose_dtype("auto", "cuda:1") == "bf16"
    with pytest.raises(
        ConfigError, match=r"Device 'cuda:2' is not here\. Available: auto, cuda, cuda:0, cuda:1, cpu\."
    ):
        loading.choose_device("cuda:2")
    machine()
    with pytest.raises(ConfigError, match=r"Device 'gpu' is not here\. Available: auto, cpu\."):
        loading.choose_device("gpu")


def test_an_experiment_names_device_and_device_map() -> None:
    experiment = load_experiment("starter", {"device": "cuda:1", "device_map": "balanced"})
    assert (experiment.device, experiment.device_map) == ("cuda:1", "balanced")
    with pytest.raises(ConfigError, match="--device-map must be auto, balanced or sequential"):
        load_experiment("starter", {"device_map": "everywhere"})


def test_layers_placed_by_a_device_map_draw_the_same(tiny: Tiny) -> None:
    plain = tiny("llama")
    placed = load_model(str(plain.folder), dtype="fp32", device="cpu", device_map="auto")
    assert isinstance(placed, TransformersModel)
    assert placed.describe()["device_map"] == "auto" and "device_map" not in plain.describe()
    for wanted, found in zip(GRID, drawn(placed, GRID, batch_size=5), strict=True):
        assert_same(found, specified(plain, wanted))


def quantised(folder: Path, to: Path, settings: dict[str, object]) -> Path:
    shutil.copytree(folder, to)
    config = json.loads((to / "config.json").read_text())
    (to / "config.json").write_text(json.dumps(config | {"quantization_config": settings}))
    return to


def test_a_kind_of_quantisation_that_cannot_be_loaded_here_is_one_line(tiny: Tiny, tmp_path: Path) -> None:
    folder = quantised(tiny("llama").folder, tmp_path / "q", {"quant_method": "aqlm"})
    with pytest.raises(ModelUnavailable, match=rf"Cannot load a model from {folder}: .*aqlm") as caught:
        TransformersModel(folder, device="cpu")
    assert "\n" not in str(caught.value)


def test_int8_of_weights_that_are_quantised_already_is_refused(tiny: Tiny, tmp_path: Path) -> None:
    folder = quantised(tiny("llama").folder, tmp_path / "q", {"quant_method": "bitsandbytes", "load_in_8bit": True})
    with pytest.raises(ConfigError, match=r"quantised already \(bitsandbytes\)"):
        TransformersModel(folder, dtype="int8", device="cpu")


@pytest.mark.parametrize("package", ["torchao", "bitsandbytes"])
@pytest.mark.filterwarnings("ignore")  # of packages that are not evalkit's
def test_a_quantised_checkpoint_draws_what_it_draws_by_itself(tiny: Tiny, tmp_path: Path, package: str) -> None:
    pytest.importorskip(package, reason=f"{package} is not installed")
    from transformers import AutoModelForCausalLM

    plain = tiny("llama")
    network = AutoModelForCausalLM.from_pretrained(plain.folder, quantization_config=rounding(package))
    shutil.copytree(plain.folder, tmp_path / "q")
    network.save_pretrained(tmp_path / "q")
    model = TransformersModel(tmp_path / "q", dtype="fp32", device="cpu", batch_size=1)
    assert model.describe()["quantisation"] == package and model.products == "torch"
    wanted = request("def f(a):", 0.0, new=8)
    [found] = drawn(model, [wanted], batch_size=1)
    assert found.tokens.ids == specified(model, wanted).tokens.ids


def rounding(package: str) -> object:
    from transformers import BitsAndBytesConfig, TorchAoConfig

    if package == "bitsandbytes":
        return BitsAndBytesConfig(load_in_8bit=True)
    from torchao.quantization import Int8WeightOnlyConfig

    return TorchAoConfig(Int8WeightOnlyConfig())
