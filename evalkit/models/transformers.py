"""Any causal language model that transformers can load, drawn from by evalkit's own loop.

`generate()` of transformers is not used: it applies top-k, top-p and penalties from the model's files, and
its draws depend on the batch. Here nothing shapes the distribution but the temperature.
"""

from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from evalkit.errors import ConfigError
from evalkit.models import blas, packing
from evalkit.models.batch import TOKENS_PER_STEP, Settings
from evalkit.models.decoding import decode_batched
from evalkit.models.loading import (
    choose_device,
    choose_dtype,
    fix_kernels,
    free_memory,
    kind_of,
    load_network,
    load_tokenizer,
    quantisation,
)
from evalkit.models.network import Network
from evalkit.models.rows import plan
from evalkit.models.storage import file_sha256
from evalkit.models.tokenization import Tokenization
from evalkit.models.uncached import UncachedRows
from evalkit.sampling import check_shaping, check_temperature
from evalkit.types import Completion, Request

MAX_ROWS = {"cpu": 256, "mps": 32, "cuda": 256}  # samples, each a row at worst: more bring little
SHAPING = ("top_k", "top_p", "min_p", "typical_p", "temperature", "repetition_penalty", "no_repeat_ngram_size")


class TransformersModel(Tokenization):
    """A model in a folder of configuration, safetensors and tokenizer files.

    `dtype` is auto, fp32, bf16, fp16 or int8. `batch_size` is how many samples are drawn at once at most; None
    chooses it from the free memory. `strict` draws one sample at a time on one thread, so that every recorded number is
    the same bit for bit whatever else is drawn. `device_map` (auto, balanced, sequential) spreads the layers over all
    devices, which needs the package accelerate; so do checkpoints whose config.json says that they are quantised.
    Raises ModelUnavailable or ConfigError.
    """

    def __init__(
        self,
        folder: Path,
        *,
        name: str | None = None,
        dtype: str = "auto",
        device: str = "auto",
        device_map: str | None = None,
        batch_size: int | None = None,
        strict: bool = False,
    ) -> None:
        if batch_size is not None and batch_size < 1:
            raise ConfigError(f"batch_size must be 1 or more, not {batch_size}.")
        super().__init__(load_tokenizer(folder), name or folder.name)
        self.folder, self.batch_size, self.strict = folder, 1 if strict else batch_size, strict
        if strict:
            fix_kernels()
        self.device, self.device_map = choose_device(device), device_map
        self.dtype, self.quantisation = choose_dtype(dtype, self.device), quantisation(folder)
        if self.dtype == "int8" and self.quantisation:
            raise ConfigError(
                f"The weights in {folder} are quantised already ({self.quantisation}); leave out dtype int8."
            )
        self.network = Network(load_network(folder, self.dtype, self.device, device_map))
        self.parameters = sum(each.numel() for each in self.network.module.parameters())
        self.effect = self._quantise() if self.dtype == "int8" else None
        self.products = self._choose_products()
        self.eos = _end_ids(self.network.module, self.tokenizer)

    @property
    def context_length(self) -> int | None:
        """Tokens that prompt and completion may have together; None where the model states no limit."""
        limit = getattr(self.network.config.get_text_config(decoder=True), "max_position_embeddings", None)
        return int(limit) if limit else None

    def describe(self) -> Mapping[str, object]:
        """Hashes of every file, versions, and the values that decide what is drawn."""
        config = self.network.config
        return {
            "name": self.name,
            "engine": "transformers",
            "architecture": (config.architectures or [type(self.network.module).__name__])[0],
            "parameters": self.parameters,
            "dtype": self.dtype,
            "device": self.device,
            "products": self.products,
            "batch_size": self.batch_size,
            "strict": self.strict,
            "context_length": self.context_length,
            "end_token_ids": sorted(self.eos),
            "ignored": _shaping(self.network.module.generation_config),
            **({} if self.effect is None else {"int8_effect": self.effect}),
            **({"quantisation": self.quantisation} if self.quantisation else {}),
            **({"device_map": self.device_map} if self.device_map else {}),
            "files": _hashes(self.folder),
            "versions": {name: version(name) for name in ("torch", "numpy", "transformers", "tokenizers")},
        }

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a user should know of this model before it draws."""
        found = []
        if self.effect is not None:
            size, tokens = self.effect["mean_absolute_logprob_change"], self.effect["tokens"]
            said = f"int8 weights change a token's log-probability by {size} nats (mean over {tokens} tokens of code)."
            found.append(said)
        if self.network.kind is UncachedRows:
            found.append(
                "What this model keeps from token to token cannot be handed on: each token is drawn after a pass over "
                "the whole text, which takes long."
            )
        return tuple(found)

    def _quantise(self) -> Mapping[str, float]:
        from evalkit.models import int8

        int8.check(self.device)
        probe = self.encode(int8.PROBE)[: self.context_length]
        self.network.try_out(probe[: len(probe) // 2])  # before the rounding that hides whether logits are the same
        return int8.quantise(self.network.module, probe)

    def _choose_products(self) -> str:
        if self.quantisation or self.device_map:
            return "torch"
        if blas.pays(self.device, self.dtype, self.batch_size):
            blas.adopt_layers(self.network.module)
            return "openblas"
        if not packing.pays(self.device, self.dtype):
            return "torch"
        packing.pack_layers(self.network.module)
        return "torch" if self.dtype == "bf16" else "onednn"  # bf16: torch's own products, bit for bit

    def generate(self, requests: Sequence[Request]) -> Iterator[tuple[int, Completion]]:
        """Yield (position, completion) as samples end. Raises ConfigError before anything is drawn."""
        groups = plan(requests, self.encode, self.decode)
        for group in groups:
            for sample in group.samples:
                self._check(sample.request, len(group.prompt_ids))
        samples = [sample for group in groups for sample in group.samples]
        longest = max((len(each.group.prompt_ids) + each.request.max_new_tokens for each in samples), default=1)
        drafts = 0 if self.strict or self.products == "openblas" else TOKENS_PER_STEP  # OpenBLAS is for single rows
        settings = Settings(self._rows_at_once(longest), longest, self.eos, sharing=not self.strict, drafts=drafts)
        return decode_batched(self.network, groups, settings)

    def _check(self, request: Request, prompt_tokens: int) -> None:
        where = f"Task {request.key.task_id!r}"
        check_temperature(request.key.cell.temperature)
        check_shaping(request.shaping)
        if request.max_new_tokens < 1:
            raise ConfigError(f"{where}: max_new_tokens must be 1 or more, not {request.max_new_tokens}.")
        if request.top_logprobs < 0:
            raise ConfigError(f"{where}: top_logprobs must be 0 or more, not {request.top_logprobs}.")
        if "" in request.stop:
            raise ConfigError(f"{where}: a stop string is empty.")
        if not prompt_tokens:
            raise ConfigError(f"{where}: the prompt is empty; a model needs at least one token to go on from.")
        total = prompt_tokens + request.max_new_tokens
        over = total - (self.context_length or total)
        if over > 0:
            raise ConfigError(
                f"{where}: {prompt_tokens} prompt tokens and max_new_tokens {request.max_new_tokens} are {over} "
                f"more than the context of {self.context_length} of {self.name!r}. Lower max_new_tokens by {over}."
            )

    def _rows_at_once(self, tokens: int) -> int:
        if self.batch_size is not None:
            return self.batch_size
        config = self.network.config.get_text_config(decoder=True)
        heads = getattr(config, "num_key_value_heads", None) or config.num_attention_heads
        size = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
        width = 4 if self.dtype in ("fp32", "int8") else 2
        per_row = tokens * 2 * config.num_hidden_layers * heads * size * width + config.vocab_size * 40
        # Half, because buffers are copied when they grow, and other processes need memory too.
        fitting = free_memory(self.device) // 2 // int(per_row)
        return max(1, min(MAX_ROWS.get(kind_of(self.device), 32), fitting))


def _end_ids(module: Any, tokenizer: Any) -> frozenset[int]:
    """End-of-sequence ids of configuration, generation configuration and tokenizer together."""
    stated = (
        module.config.get_text_config(decoder=True).eos_token_id,
        module.config.eos_token_id,
        getattr(module.generation_config, "eos_token_id", None),
        tokenizer.eos_token_id,
    )
    lists = [each if isinstance(each, list) else [each] for each in stated]
    return frozenset(each for ids in lists for each in ids if each is not None)


def _shaping(generation_config: Any) -> dict[str, object]:
    """What the model's files ask for and evalkit does not do."""
    found = {name: getattr(generation_config, name, None) for name in SHAPING}
    return {name: value for name, value in found.items() if value is not None}


def _hashes(folder: Path) -> dict[str, str]:
    return {file.name: file_sha256(file) for file in sorted(folder.iterdir()) if file.is_file()}
