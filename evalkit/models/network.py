"""A transformers causal language model, called for the logits of the last position only."""

import inspect
from typing import Any

import torch

from evalkit.models.attention import install
from evalkit.models.cache import OnePromptCache, Prefix, RowCache, beginning_of, prompt_cache, window_of
from evalkit.models.carrying import Kind, found_kind, near
from evalkit.models.memory import out_of_memory
from evalkit.models.sharing import SharedCache
from evalkit.models.transfer import to_device
from evalkit.models.uncached import UncachedRows

WORTH_SHARING = 16  # tokens that two prompts begin with in common
TRIED = 2  # tokens after a prompt that are used to try how a model attends
CACHES = "past_key_values", "cache_params"  # what models call the cache that they are given
WHOLE_TOKENS = 4096  # of all rows, in one pass over whole texts

RowsCache = RowCache | OnePromptCache | SharedCache | UncachedRows


class Network:
    """A model's module, with what is known of it. `largest` is the batch that memory turned out to allow."""

    def __init__(self, module: Any) -> None:
        self.module = module
        self.config, self.device = module.config, module.device
        self.accepts = set(inspect.signature(module.forward).parameters)
        self.cache_name = next((name for name in CACHES if name in self.accepts), None)
        self.largest: int | None = None
        self._replaced = install(module)
        self._kind: Kind | None = None
        self._shares: bool | None = None

    @property
    def kind(self) -> Kind:
        """How rows are kept from token to token; found by trying, once. Raises ModelUnavailable."""
        if self._kind is None:
            with torch.inference_mode():
                self._kind = found_kind(self)
        return self._kind

    def memory(self) -> dict[str, Any]:
        """Inputs for several passes over the parts of one text; empty where it should be read in one."""
        if self.kind is not RowCache or self.cache_name is None:  # states are handed on by single tokens
            return {}
        return {self.cache_name: prompt_cache(self.config), "use_cache": True}

    @torch.inference_mode()
    def read(self, prompt_ids: list[int], before: Prefix | None = None) -> Prefix:
        """One forward pass over a prompt, alone; what it begins with in common with `before` is not read again."""
        if self.kind is UncachedRows:
            return Prefix(None, self.whole(torch.tensor([prompt_ids], device=self.device)), prompt_ids)
        found = beginning_of(before, prompt_ids) if before is not None else None
        return self.read_on(prompt_ids, *(found if found and found[1] >= WORTH_SHARING else (None, 0)))

    def read_on(self, prompt_ids: list[int], cache: Any, known: int) -> Prefix:
        """A prompt, of which a cache has the first `known` tokens; None for no cache yet."""
        cache = prompt_cache(self.config) if cache is None else cache
        logits = self._logits(torch.tensor([prompt_ids[known:]], device=self.device), past_key_values=cache)
        return Prefix(cache, logits, prompt_ids)

    @torch.inference_mode()
    def step(self, tokens: list[int] | torch.Tensor, inputs: dict[str, Any]) -> torch.Tensor:
        """Logits (rows, vocabulary) after one more token per row, given by the host or left on the device."""
        ids = tokens if isinstance(tokens, torch.Tensor) else to_device(tokens, self.device)
        if "rows" in inputs:
            return self.whole(inputs["rows"].extended(ids))
        return self._logits(ids[:, None], **inputs)

    def _logits(self, input_ids: torch.Tensor, **inputs: Any) -> torch.Tensor:
        if self.cache_name is not None:
            inputs[self.cache_name] = inputs.pop("past_key_values")
        return self._called(input_ids, inputs | {"use_cache": True, "logits_to_keep": 1})[:, -1]

    def whole(self, ids: torch.Tensor, *, every: bool = False) -> torch.Tensor:
        """Logits after the last token of each text of `ids`, (texts, vocabulary), with nothing kept from one pass to
        another; after `every` token, (texts, tokens, vocabulary)."""
        inputs = {"use_cache": False} | ({} if every else {"logits_to_keep": 1})
        parts = torch.split(ids, max(1, WHOLE_TOKENS // ids.shape[1]))
        logits = torch.cat([self._called(part, inputs)[:, slice(None) if every else slice(-1, None)] for part in parts])
        return logits if every else logits[:, 0]

    def _called(self, input_ids: torch.Tensor, inputs: dict[str, Any]) -> torch.Tensor:
        """Logits (texts, tokens that are kept, vocabulary). A model is given only what it accepts."""
        kept = {name: value for name, value in inputs.items() if name in self.accepts}
        logits: torch.Tensor = self.module(input_ids=input_ids, **kept).logits
        return logits

    def cache(self, capacity: int) -> RowsCache:
        """The cache for decoding up to `capacity` rows the model's own way, a token of each at a time."""
        return self.kind(capacity, self.device)

    def shared_cache(self, capacity: int, longest: int, prefix: Prefix, *, apart: bool = False) -> RowsCache:
        """The cache for decoding up to `capacity` rows of up to `longest` tokens, prompts included, in which rows of
        one prompt attend to it together (unless `apart`), and may have several tokens in a step.

        Where the model does not allow that, what `cache` gives; `prefix` is a prompt to try it with.
        """
        if self.kind is not RowCache:
            return self.cache(capacity)
        window = window_of(self.config)
        room = longest - prefix.tokens >= TRIED  # a context may end there
        if room and (window is None or longest <= window) and self.shares(prefix):
            return SharedCache(capacity, self.device, apart)
        return self.cache(capacity)

    def try_out(self, prompt_ids: list[int]) -> None:
        """Find now what is found by trying, with a prompt that leaves room for more. Raises ModelUnavailable."""
        window = window_of(self.config) if self.kind is RowCache else 0
        if window is None or len(prompt_ids) + TRIED <= window:
            self.shares(self.read(prompt_ids))

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
        return near(found, expected)
