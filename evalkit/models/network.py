"""A transformers causal language model, called for the logits of the last position only."""

import inspect
from typing import Any

import torch

from evalkit.models.attention import install
from evalkit.models.cache import OnePromptCache, Prefix, RowCache, beginning_of, prompt_cache, rows_cache, window_of
from evalkit.models.memory import out_of_memory
from evalkit.models.sharing import SharedCache
from evalkit.models.transfer import to_device

WORTH_SHARING = 16  # tokens that two prompts begin with in common
TOLERANCE = {torch.float32: 1e-3, torch.float64: 1e-6}  # of the largest logit, between two ways of attention
HALF_TOLERANCE = 0.05
TRIED = 2  # tokens after a prompt that are used to try how a model attends

RowsCache = RowCache | OnePromptCache | SharedCache


class Network:
    """A model's module, with what is known of it. `largest` is the batch that memory turned out to allow."""

    def __init__(self, module: Any) -> None:
        self.module = module
        self.config, self.device = module.config, module.device
        self.accepts = set(inspect.signature(module.forward).parameters)
        self.largest: int | None = None
        self._replaced = install(module)
        self._shares: bool | None = None

    @torch.inference_mode()
    def read(self, prompt_ids: list[int], before: Prefix | None = None) -> Prefix:
        """One forward pass over a prompt, alone; what it begins with in common with `before` is not read again."""
        found = beginning_of(before, prompt_ids) if before is not None else None
        cache, known = found if found and found[1] >= WORTH_SHARING else (prompt_cache(self.config), 0)
        logits = self._logits(torch.tensor([prompt_ids[known:]], device=self.device), past_key_values=cache)
        return Prefix(cache, logits, prompt_ids)

    @torch.inference_mode()
    def step(self, tokens: list[int] | torch.Tensor, inputs: dict[str, Any]) -> torch.Tensor:
        """Logits (rows, vocabulary) after one more token per row, given by the host or left on the device."""
        ids = tokens if isinstance(tokens, torch.Tensor) else to_device(tokens, self.device)
        return self._logits(ids[:, None], **inputs)

    def _logits(self, input_ids: torch.Tensor, **inputs: Any) -> torch.Tensor:
        inputs |= {"use_cache": True, "logits_to_keep": 1}
        kept = {name: value for name, value in inputs.items() if name in self.accepts}
        logits: torch.Tensor = self.module(input_ids=input_ids, **kept).logits
        return logits[:, -1]

    def cache(self, capacity: int) -> RowsCache:
        """The cache for decoding up to `capacity` rows the model's own way, a token of each at a time."""
        return rows_cache(self.config, capacity, self.device)

    def shared_cache(self, capacity: int, longest: int, prefix: Prefix, *, apart: bool = False) -> RowsCache:
        """The cache for decoding up to `capacity` rows of up to `longest` tokens, prompts included, in which rows of
        one prompt attend to it together (unless `apart`), and may have several tokens in a step.

        Where the model does not allow that, what `cache` gives; `prefix` is a prompt to try it with.
        """
        window = window_of(self.config)
        room = longest - prefix.tokens >= TRIED  # a context may end there
        if room and (window is None or longest <= window) and self.shares(prefix):
            return SharedCache(capacity, self.device, apart)
        return self.cache(capacity)

    def shares(self, prefix: Prefix) -> bool:
        """Whether the model gives the same logits with a `SharedCache`; found by trying, once."""
        if self._shares is None:
            # What a `SharedCache` knows of its rows is on one device.
            spread = len(set(getattr(self.module, "hf_device_map", {"": ""}).values())) > 1
            self._shares = not spread and self._replaced and self._agrees(prefix)
        return self._shares

    def _agrees(self, prefix: Prefix) -> bool:
        """Two tokens of one row and one of another in one step, against one token of each in each step.

        A step that raises does not agree: the model's attention may have keys that are not those of the cache.
        """
        token = [int(prefix.logits.argmax())]
        plain, shared = RowCache(2, self.device), SharedCache(2, self.device)
        plain.enter(prefix, 2)
        shared.enter(prefix, 2)
        first, second = (self.step(token * 2, plain.inputs()) for _ in range(TRIED))
        expected = torch.stack([first[0], second[0], first[1]])
        try:
            found = self.step(token * (TRIED + 1), shared.inputs([TRIED, 1]))
        except RuntimeError as error:
            if out_of_memory(error):
                raise
            return False
        tolerance = TOLERANCE.get(expected.dtype, HALF_TOLERANCE)
        return bool((found - expected).abs().max() <= tolerance * expected.abs().max())
