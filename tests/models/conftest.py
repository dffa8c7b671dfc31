"""Models to draw from: tiny ones made here, and the starter model where it can be fetched."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from tiny_models import save_tiny

from evalkit.errors import ModelUnavailable
from evalkit.models import fetch_model, load_model
from evalkit.models.network import Network
from evalkit.models.transformers import TransformersModel


@pytest.fixture
def fed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many tokens each step is given."""
    counts: list[int] = []
    step = Network.step

    def counted(self: Network, tokens: list[int] | torch.Tensor, inputs: dict[str, Any]) -> torch.Tensor:
        counts.append(len(tokens))
        return step(self, tokens, inputs)

    monkeypatch.setattr(Network, "step", counted)
    return counts


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], TransformersModel]:
    """A loaded tiny model by architecture, made once."""
    made: dict[str, TransformersModel] = {}

    def get(architecture: str) -> TransformersModel:
        if architecture not in made:
            folder = save_tiny(tmp_path_factory.mktemp(architecture), architecture)
            made[architecture] = TransformersModel(folder, dtype="fp32", device="cpu")
        return made[architecture]

    return get


@pytest.fixture(scope="session")
def starter() -> TransformersModel:
    """The starter model in float32, fetched once into the user's cache."""
    try:
        fetch_model("smollm2-135m-instruct", progress=lambda _: None)
    except ModelUnavailable as error:
        pytest.skip(f"the starter model cannot be fetched: {error}")
    model = load_model("smollm2-135m-instruct", dtype="fp32", device="cpu")
    assert isinstance(model, TransformersModel)
    return model
