"""The cache of rows that share prompts: each prompt is kept once, and each row keeps what it drew itself."""

from typing import Any

import torch
from transformers.cache_utils import Cache

from evalkit.models.attention import Layout, SharedLayer
from evalkit.models.cache import CHUNK, Prefix
from evalkit.models.transfer import to_device


class SharedCache:
    """The cache of up to `capacity` rows with prompts of any lengths. See `RowCache` for the same without sharing."""

    mixes_prompts = True

    def __init__(self, capacity: int, device: torch.device) -> None:
        self.capacity, self.device = capacity, device
        self.prefixes: list[Prefix] = []  # of each row
        self.lengths: list[int] = []  # tokens that each row drew and that went through the network
        self.columns = 0
        self.cache: Any = None

    def enter(self, prefix: Prefix, count: int) -> None:
        """Add `count` rows that continue the same prompt."""
        if self.cache is None:
            self.cache = Cache(layers=[SharedLayer(each, self.capacity) for each in prefix.cache.layers])
        self.prefixes += [prefix] * count
        self.lengths += [0] * count

    def select(self, order: list[int]) -> None:
        """Keep the rows in `order`: row j becomes what row order[j] >= j was."""
        for target, source in enumerate(order):
            if source != target:
                for layer in self.cache.layers:
                    layer.copy_row(source, target, self.lengths[source])
        self.prefixes = [self.prefixes[source] for source in order]
        self.lengths = [self.lengths[source] for source in order]

    def inputs(self) -> dict[str, Any]:
        """What the network needs for one more token per row: cache and positions. Makes room for it."""
        needed = max(self.lengths) + 1
        if needed > self.columns:
            self.columns += CHUNK
            for layer in self.cache.layers:
                layer.resize(len(self.lengths), needed - 1, self.columns)
        prompts, layout = self._layout(needed)
        for index, layer in enumerate(self.cache.layers):
            layer.layout, layer.prompts = layout, [each.cache.layers[index] for each in prompts]
        positions = [prefix.tokens + length for prefix, length in zip(self.prefixes, self.lengths, strict=True)]
        self.lengths = [length + 1 for length in self.lengths]
        position_ids = to_device(positions, self.device)[:, None]
        return {"past_key_values": self.cache, "position_ids": position_ids, "attention_mask": None}

    def _layout(self, own_columns: int) -> tuple[list[Prefix], Layout]:
        prompts = list({id(each): each for each in self.prefixes}.values())
        number = {id(each): index for index, each in enumerate(prompts)}
        numbers = [number[id(each)] for each in self.prefixes]
        order = sorted(range(len(numbers)), key=numbers.__getitem__)
        inverse = sorted(range(len(order)), key=order.__getitem__)
        sizes = [numbers.count(index) for index in range(len(prompts))]
        ends = [sum(sizes[: index + 1]) for index in range(len(sizes))]
        layout = Layout(
            spans=[(end - size, end, index) for index, (size, end) in enumerate(zip(sizes, ends, strict=True))],
            order=self._index(order),
            inverse=self._index(inverse),
            lengths=to_device(self.lengths, self.device),
            prompt_columns=max(each.tokens for each in prompts),
            own_columns=own_columns,
            rows=torch.arange(len(self.prefixes), device=self.device),
            hidden=self._hidden(order, own_columns),
        )
        return prompts, layout

    def _index(self, rows: list[int]) -> torch.Tensor | None:
        return None if rows == sorted(rows) else to_device(rows, self.device)

    def _hidden(self, order: list[int], own_columns: int) -> torch.Tensor | None:
        tokens = [self.prefixes[row].tokens for row in order]
        lengths = [self.lengths[row] for row in order]
        if min(tokens) == max(tokens) and min(lengths) == max(lengths):
            return None
        begins, ends = to_device([tokens, lengths], self.device)[:, :, None]
        prompt = torch.arange(max(tokens), device=self.device) >= begins
        return torch.cat([prompt, torch.arange(own_columns, device=self.device) > ends], dim=1)[:, None]
