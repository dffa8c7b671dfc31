"""Keys and values of the rows being decoded together: rows enter, grow by one column a step, and leave.

Rows are right-aligned: they share the last column, and each row's first column is where its prompt begins.
So one causal or sliding-window mask fits all rows, and a row that enters only needs its prompt copied in.
"""

import copy
from dataclasses import dataclass
from typing import Any

import torch
from transformers.cache_utils import (
    Cache,
    DummyLayer,
    DynamicCache,
    DynamicLayer,
    DynamicSlidingWindowLayer,
)

from evalkit.models.transfer import to_device

CHUNK = 128  # columns added at a time; growing copies everything once


@dataclass(frozen=True)
class Prefix:
    """One prompt after its only forward pass: its cache (batch of one) and the next token's logits."""

    cache: Any
    logits: torch.Tensor  # (1, vocabulary)
    ids: list[int]

    @property
    def tokens(self) -> int:
        """Length of the prompt."""
        return len(self.ids)


class RowLayer(DynamicLayer):  # type: ignore[misc]  # transformers ships no type information
    """One layer's keys and values in buffers of shape (rows, heads, columns, dimension), written in place.

    `DynamicLayer` copies the whole cache for every token; this copies one column.
    """

    def __init__(self, prompt: Any, rows: int) -> None:
        super().__init__()
        self.is_initialized, self.length = True, 0
        self.dtype, self.device = prompt.keys.dtype, prompt.keys.device
        self.keys = prompt.keys.new_zeros((rows, *prompt.keys.shape[1:2], 0, prompt.keys.shape[3]))
        self.values = prompt.values.new_zeros((rows, *prompt.values.shape[1:2], 0, prompt.values.shape[3]))

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *_: object, **__: object
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Append columns to the first rows; returns those rows with all columns so far."""
        rows, begin = key_states.shape[0], self.length
        self.length += key_states.shape[-2]
        self.keys[:rows, :, begin : self.length] = key_states
        self.values[:rows, :, begin : self.length] = value_states
        return self.keys[:rows, :, : self.length], self.values[:rows, :, : self.length]

    def get_seq_length(self) -> int:
        """Columns in use."""
        return self.length

    def move(self, rows: int, shift: int, columns: int) -> None:
        """New buffers of `columns`, the used columns of the first rows moved right by `shift` (or left)."""
        self.keys = _moved(self.keys, rows, self.length, shift, columns)
        self.values = _moved(self.values, rows, self.length, shift, columns)
        self.length += shift

    def enter(self, prompt: Any, rows: slice) -> None:
        """Write a prompt's keys and values into the last columns of new rows."""
        begin = self.length - prompt.keys.shape[2]
        self.keys[rows, :, begin : self.length] = prompt.keys
        self.values[rows, :, begin : self.length] = prompt.values

    def copy_row(self, source: int, target: int) -> None:
        """Overwrite one row with another."""
        self.keys[target, :, : self.length] = self.keys[source, :, : self.length]
        self.values[target, :, : self.length] = self.values[source, :, : self.length]


def _moved(old: torch.Tensor, rows: int, length: int, shift: int, columns: int) -> torch.Tensor:
    # Zeros, because a masked column still enters the product with weight 0, and 0 * NaN is NaN.
    new = old.new_zeros((*old.shape[:2], columns, old.shape[3]))
    source, target = max(0, -shift), max(0, shift)
    new[:rows, :, target : target + length - source] = old[:rows, :, source:length]
    return new


class RowCache:
    """The cache of up to `capacity` rows with prompts of any lengths."""

    mixes_prompts = True

    def __init__(self, capacity: int, device: torch.device) -> None:
        self.capacity, self.device = capacity, device
        self.starts: list[int] = []
        self.length = self.columns = 0
        self.cache: Any = None

    def enter(self, prefix: Prefix, count: int) -> None:
        """Add `count` rows that continue the same prompt."""
        prompts = prefix.cache.layers
        if self.cache is None:
            self.cache = Cache(layers=[_row_layer(each, self.capacity) for each in prompts])
        if not self.starts:
            self.length = 0
        if prefix.tokens > self.length:
            self._move(prefix.tokens - self.length)
        rows = slice(len(self.starts), len(self.starts) + count)
        for layer, prompt in self._layers(prompts):
            layer.enter(prompt, rows)
        self.starts += [self.length - prefix.tokens] * count

    def select(self, order: list[int]) -> None:
        """Keep the rows in `order`: row j becomes what row order[j] >= j was."""
        moved = [(source, target) for target, source in enumerate(order) if source != target]
        for layer, _ in self._layers(self.cache.layers):
            for source, target in moved:
                layer.copy_row(source, target)
        self.starts = [self.starts[source] for source in order]

    def fork(self, sources: list[int]) -> None:
        """Add rows that are what these rows are."""
        for source in sources:
            for layer, _ in self._layers(self.cache.layers):
                layer.copy_row(source, len(self.starts))
            self.starts.append(self.starts[source])

    def inputs(self) -> dict[str, Any]:
        """What the network needs for one more token per row: cache, positions, mask. Makes room for it."""
        if self.length == self.columns:
            self._move(-min(self.starts))  # columns that no row uses any more are dropped on the way
        starts = to_device(self.starts, self.device)[:, None]
        mask = torch.arange(self.length + 1, device=starts.device) >= starts
        inputs = {
            "past_key_values": self.cache,
            "position_ids": self.length - starts,
            "attention_mask": mask if any(self.starts) else None,
        }
        self.length += 1
        return inputs

    def _move(self, shift: int) -> None:
        self.columns = (self.length + shift) // CHUNK * CHUNK + CHUNK
        for layer, _ in self._layers(self.cache.layers):
            layer.length = self.length
            layer.move(len(self.starts), shift, self.columns)
        self.starts = [start + shift for start in self.starts]
        self.length += shift

    def _layers(self, others: list[Any]) -> list[tuple[RowLayer, Any]]:
        pairs = zip(self.cache.layers, others, strict=True)
        return [(layer, other) for layer, other in pairs if isinstance(layer, RowLayer)]


def _row_layer(prompt: Any, rows: int) -> Any:
    return RowLayer(prompt, rows) if isinstance(prompt, DynamicLayer) else prompt


class OnePromptCache:
    """The cache of rows that all continue one prompt, for networks that keep more than keys and values.

    Recurrent and convolution states have no columns to align, so rows of different prompts do not mix.
    """

    mixes_prompts = False

    def __init__(self, capacity: int, device: torch.device) -> None:
        self.device = device
        self.rows = self.length = 0
        self.cache: Any = None

    def enter(self, prefix: Prefix, count: int) -> None:
        """Start `count` rows; there must be none."""
        self.cache = copy.deepcopy(prefix.cache)  # other rows may start from the same prompt later
        self.rows, self.length = count, prefix.tokens
        self.cache.reorder_cache(torch.zeros(count, dtype=torch.long))

    def select(self, order: list[int]) -> None:
        """Keep the rows in `order`."""
        self.rows = len(order)
        self.cache.reorder_cache(torch.tensor(order, dtype=torch.long))

    def fork(self, sources: list[int]) -> None:
        """Add rows that are what these rows are."""
        self.select([*range(self.rows), *sources])

    def inputs(self) -> dict[str, Any]:
        """What the network needs for one more token per row."""
        self.length += 1
        positions = torch.full((self.rows, 1), self.length - 1, device=self.device)
        return {"past_key_values": self.cache, "position_ids": positions, "attention_mask": None}


def prompt_cache(config: Any) -> Any:
    """An empty cache for one prompt. Sliding windows keep all columns, so that rows can be aligned."""
    cache = DynamicCache(config=config)
    return DynamicCache() if _only_attention(cache) else cache


def beginning_of(prefix: Prefix, ids: list[int]) -> tuple[Any, int] | None:
    """A cache with the tokens that a prompt has in common with one that was read, and how many; None if it cannot be.

    The last token is always read again: its logits are wanted.
    """
    if not all(type(layer) is DynamicLayer for layer in prefix.cache.layers):
        return None
    pairs = enumerate(zip(prefix.ids, ids[:-1], strict=False))
    count = next((index for index, (mine, other) in pairs if mine != other), min(prefix.tokens, len(ids) - 1))
    cache = DynamicCache()
    for index, layer in enumerate(prefix.cache.layers):
        cache.update(layer.keys[:, :, :count], layer.values[:, :, :count], index)
    return cache, count


def keeps_only_attention(config: Any) -> bool:
    """Whether all that is kept of a text are keys and values, as the configuration has it."""
    return _only_attention(DynamicCache(config=config))


def window_of(config: Any) -> int | None:
    """The fewest tokens that some attention layer looks back on; None without a limit, 0 with other layers."""
    layers = DynamicCache(config=config).layers
    if not all(type(layer) in (DynamicLayer, DynamicSlidingWindowLayer) for layer in layers):
        return 0
    return min((layer.sliding_window for layer in layers if hasattr(layer, "sliding_window")), default=None)


def _only_attention(cache: Any) -> bool:
    plain = (DynamicLayer, DynamicSlidingWindowLayer, DummyLayer)
    return all(type(layer) in plain for layer in cache.layers)
