"""From a folder or hub id to a network and its tokenizer: device, dtype, quiet, and errors in one line."""

import json
import os
import platform
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from evalkit.errors import ConfigError, ModelUnavailable

DTYPES = {"fp32": "float32", "bf16": "bfloat16", "fp16": "float16", "int8": "float32"}  # int8: rounded later
FILES = ["*.json", "*.safetensors", "*.model", "*.txt", "*.jinja"]


def load_network(folder: Path, dtype: str, device: str, device_map: str | None = None) -> Any:
    """The causal language model in `folder`, ready for inference. Raises ModelUnavailable.

    With a `device_map` (auto, balanced, sequential) its layers are spread over all devices.
    """
    import torch
    from transformers import AutoModelForCausalLM

    # A quantised checkpoint is placed while it is read: some kinds cannot be moved afterwards.
    spread = device_map or ({"": device} if quantisation(folder) else None)
    placed = {} if spread is None else {"device_map": spread}
    with quiet(), _translated(folder):
        network = AutoModelForCausalLM.from_pretrained(
            folder, dtype=getattr(torch, DTYPES[dtype]), local_files_only=True, **placed
        )
    return network.eval() if placed else network.to(device).eval()


def quantisation(folder: Path) -> str | None:
    """How the weights in `folder` are quantised, as its config.json says: bitsandbytes, torchao...; None if not."""
    try:
        config = json.loads((folder / "config.json").read_text())
    except (OSError, ValueError):  # whoever loads it says what is wrong
        return None
    found = config.get("quantization_config") if isinstance(config, dict) else None
    return str(found.get("quant_method", "unknown")) if isinstance(found, dict) else None


def load_tokenizer(folder: Path) -> Any:
    """The tokenizer in `folder`, chat template included. Raises ModelUnavailable."""
    from transformers import AutoTokenizer

    with quiet(), _translated(folder):
        return AutoTokenizer.from_pretrained(folder, local_files_only=True)


def fix_kernels() -> None:
    """One thread, and kernels whose sums do not depend on timing: the same bits on every run of this machine."""
    import torch

    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True, warn_only=True)


def choose_device(device: str = "auto") -> str:
    """`auto` is cuda, mps or cpu, the first that is there. Raises ConfigError for a device that is not."""
    here = _devices()
    if device == "auto":
        return here[0]
    if device not in here:
        raise ConfigError(f"Device {device!r} is not here. Available: auto, {', '.join(here)}.")
    return device


def _devices() -> list[str]:
    """The best first; `cuda` is the same as `cuda:0`."""
    import torch

    cuda = ["cuda", *(f"cuda:{number}" for number in range(torch.cuda.device_count()))]
    mps = ["mps"] if torch.backends.mps.is_available() else []
    return [*(cuda if torch.cuda.is_available() else []), *mps, "cpu"]


def kind_of(device: str) -> str:
    """cuda of cuda:1."""
    return device.partition(":")[0]


def choose_dtype(dtype: str, device: str) -> str:
    """fp32, bf16, fp16 or int8. `auto` is bf16 where the processor computes in it, else fp32. Raises ConfigError."""
    if dtype in DTYPES:
        return dtype
    if dtype != "auto":
        raise ConfigError(f"Unknown dtype {dtype!r}. Available: auto, {', '.join(DTYPES)}.")
    return "bf16" if _native_bf16(device) else "fp32"


def _native_bf16(device: str) -> bool:
    if kind_of(device) == "cuda":
        import torch

        return torch.cuda.get_device_capability(device) >= (8, 0)
    return device == "cpu" and bool(processor_flags() & {"avx512_bf16", "amx_bf16"})


def processor_flags() -> set[str]:
    """What the processor can do, by Linux's names; empty elsewhere."""
    # torch says whether it can emulate bf16; emulated it is several times slower than float32.
    try:
        return set(re.findall(r"\w+", Path("/proc/cpuinfo").read_text()))
    except OSError:
        return set()


def processor_vendor() -> str:
    """The processor's maker by its own name, such as AuthenticAMD; empty where it is not told."""
    try:
        found = re.search(r"vendor_id\s*:\s*(\w+)", Path("/proc/cpuinfo").read_text())
    except OSError:  # not Linux
        return ""
    return found[1] if found else ""


def hub_folder(name: str) -> Path:
    """The files of a hub repository: from its cache when complete, else downloaded. Raises ModelUnavailable."""
    from huggingface_hub import snapshot_download

    try:
        folder = Path(snapshot_download(name, allow_patterns=FILES, ignore_patterns="*/*", local_files_only=True))
        if _complete(folder):
            return folder
    # not cached: LocalEntryNotFoundError; not a valid id: HFValidationError
    except (OSError, ValueError):
        pass
    return _download(name)


def hub_tokenizer_folder(name: str) -> Path:
    """The files of a hub repository but its weights: from its cache, else downloaded. Raises ModelUnavailable."""
    from huggingface_hub import snapshot_download

    try:
        folder = Path(snapshot_download(name, allow_patterns=FILES, ignore_patterns="*/*", local_files_only=True))
        if any(folder.glob("tokenizer*")):
            return folder
    # not cached: LocalEntryNotFoundError; not a valid id: HFValidationError
    except (OSError, ValueError):
        pass
    return _downloaded(name, [pattern for pattern in FILES if pattern != "*.safetensors"])


def _download(name: str) -> Path:
    folder = _downloaded(name, FILES)
    if not _complete(folder):
        raise ModelUnavailable(f"Model {name!r} has no safetensors weights.")
    return folder


def _downloaded(name: str, patterns: list[str]) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.constants import is_offline_mode

    if is_offline_mode():
        raise ModelUnavailable(f"Model {name!r} is not in the hub's cache, and HF_HUB_OFFLINE is set.")
    try:
        return Path(snapshot_download(name, allow_patterns=patterns, ignore_patterns="*/*"))
    # the hub's client raises errors of its own, of its HTTP library and of the system
    except Exception as error:
        raise ModelUnavailable(f"Cannot download model {name!r}: {_first_line(error)}") from error


def _complete(folder: Path) -> bool:
    index = folder / "model.safetensors.index.json"
    if index.is_file():
        shards = set(re.findall(r"[\w.-]+\.safetensors", index.read_text()))
        return all((folder / shard).is_file() for shard in shards)
    return (folder / "model.safetensors").is_file()


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    try:
        yield
    # RuntimeError: no such device for this kind of weights, or no memory
    except (OSError, ValueError, ImportError, KeyError, RuntimeError) as error:
        raise ModelUnavailable(f"Cannot load a model from {folder}: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)


@contextmanager
def quiet() -> Iterator[None]:
    """No progress bars and no advice of transformers on the terminal."""
    from transformers.utils import logging

    level = logging.get_verbosity()
    bars = logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()


def free_memory(device: str) -> int:
    """Bytes that are free on the device now."""
    if kind_of(device) == "cuda":
        import torch

        return torch.cuda.mem_get_info(device)[0]
    meminfo = Path("/proc/meminfo")
    if platform.system() == "Linux" and (found := re.search(r"MemAvailable:\s+(\d+)", meminfo.read_text())):
        return int(found[1]) * 1024
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
