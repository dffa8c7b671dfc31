"""Models by name. Importing this imports neither torch nor transformers."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from evalkit.errors import ConfigError, ModelUnavailable
from evalkit.models.backends import find_backend
from evalkit.models.starter import fetch_model, is_starter, list_models, starter_folder
from evalkit.types import Model

if TYPE_CHECKING:
    from evalkit.models.tokenization import Tokenization

__all__ = ["fetch_model", "list_models", "load_model", "load_tokenization", "model_name"]

TRANSFORMERS = "transformers"
HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")


def load_model(
    name: str,
    *,
    dtype: str = "auto",
    device: str = "auto",
    device_map: str | None = None,
    batch_size: int | None = None,
    strict: bool = False,
    fetch: bool = False,
    options: Mapping[str, object] = MappingProxyType({}),
) -> Model:
    """The model behind a starter name, a folder, a GGUF file or a hub id; or behind a backend: see
    `evalkit.models.backends`, which `options` are for.

    With `fetch`, a starter model that is not here yet is downloaded. Raises UnknownName, ModelUnavailable
    (the message says what to run) or ConfigError (unknown dtype, option...).
    """
    name = name.removeprefix(f"{TRANSFORMERS}:")
    if (backend := find_backend(name)) is not None:
        return backend.load({"dtype": dtype, "device": device, "batch_size": batch_size, "strict": strict}, options)
    folder = _folder(name, fetch)
    from evalkit.models.transformers import TransformersModel

    return TransformersModel(
        folder,
        name=model_name(name),
        dtype=dtype,
        device=device,
        device_map=device_map,
        batch_size=batch_size,
        strict=strict,
    )


def load_tokenization(name: str) -> "Tokenization":
    """The tokenizer of a model by itself: its weights are neither read nor downloaded.

    Raises ConfigError for a model that is not one of transformers, else what `load_model` raises.
    """
    if find_backend(name) is not None:
        raise ConfigError(f"Model {name!r} has no tokenizer of its own; give a starter model, a folder or a GGUF file.")
    from evalkit.models.loading import load_tokenizer
    from evalkit.models.tokenization import Tokenization

    path = Path(name).expanduser()
    if path.is_file():
        from evalkit.models.gguf import load_gguf_tokenizer

        return Tokenization(load_gguf_tokenizer(path), model_name(name))
    return Tokenization(load_tokenizer(_folder(name, fetch=False, weights=False)), model_name(name))


def model_name(name: str) -> str:
    """The name a model has in cells and reports: without the folders above it and without '.gguf'."""
    if is_starter(name) or not Path(name).exists():
        return name
    return Path(name).resolve().name.removesuffix(".gguf")


def _folder(name: str, fetch: bool, weights: bool = True) -> Path:
    if is_starter(name):
        return fetch_model(name) if fetch else starter_folder(name)
    path = Path(name).expanduser()
    if path.is_dir():
        return path
    if path.is_file():
        from evalkit.models.gguf import converted_folder

        return converted_folder(path)
    if name.endswith(".gguf") or name.startswith((".", "/", "~")):
        raise ModelUnavailable(f"There is no model at {name}: no such file or folder.")
    if not HUB_ID.fullmatch(name):
        return starter_folder(name)  # raises UnknownName, naming what there is
    from evalkit.models.loading import hub_folder, hub_tokenizer_folder

    return hub_folder(name) if weights else hub_tokenizer_folder(name)


def _share_processors() -> None:
    # torch's threads wait for each other after every kernel. Where solutions are judged meanwhile, the one waited for
    # is often not running: spinning until it is, generation was measured seven times slower. Sleeping at once costs a
    # third of a small model's step: so they spin for about a tenth of a millisecond.
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ["OMP_WAIT_POLICY"] = "PASSIVE"
        os.environ.setdefault("GOMP_SPINCOUNT", "10000")


_share_processors()  # here: OpenMP reads it once, when torch is imported, which converting a file does, too
