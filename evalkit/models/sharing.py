"""The cache of rows that share prompts: each prompt is kept once, and each row keeps what it drew itself."""

from collections.abc import Sequence
from typing import Any

import torch
from transformers.cache_utils import Cache

from evalkit.models.attention import Block, Layout, SharedLayer
from evalkit.models.cache import Prefix
from evalkit.models.transfer import to_device

CHUNK = 32  # columns that rows are given at a time; growing copies everything once
SHORTEST = 128  # columns that a prompt is given at least
CALLS = 2000  # columns one row attends to in about the time of one more block's calls: estimated, not tuned


class SharedCache:
    """The cache of up to `capacity` rows with prompts of any lengths. See `RowCache` for the same without sharing."""

    mixes_prompts = True

    def __init__(self, capacity: int, device: torch.device) -> None:
        self.capacity, self.device = capacity, device
        self.prefixes: list[Prefix] = []  # of each row
        self.lengths: list[int] = []  # tokens that each row drew and that went through the network
        self.columns = 0
        self.prompts: dict[int, list[Prefix]] = {}  # by the columns they are given, each in its place
        self.cache: Any = None
        self._blocks: tuple[list[Block], torch.Tensor] | None = None  # until rows enter or leave

    def enter(self, prefix: Prefix, count: int) -> None:
        """Add `count` rows that continue the same prompt."""
        if self.cache is None:
            self.cache = Cache(layers=[SharedLayer(each, self.capacity) for each in prefix.cache.layers])
        width = width_of(prefix.tokens)
        prompts = self.prompts.setdefault(width, [])
        if not any(each is prefix for each in prompts):
            prompts.append(prefix)
            self._place(prompts, width, len(prompts) - 1)
        self.prefixes += [prefix] * count
        self.lengths += [0] * count
        self._blocks = None

    def select(self, order: list[int]) -> None:
        """Keep the rows in `order`: row j becomes what row order[j] >= j was."""
        for target, source in enumerate(order):
            if source != target:
                for layer in self.cache.layers:
                    layer.copy_row(source, target, self.lengths[source])
        self.prefixes = [self.prefixes[source] for source in order]
        self.lengths = [self.lengths[source] for source in order]
        self._drop_prompts()
        self._blocks = None

    def fork(self, sources: list[int]) -> None:
        """Add rows that are what these rows are."""
        for source in sources:
            for layer in self.cache.layers:
                layer.copy_row(source, len(self.lengths), self.lengths[source])
            self.prefixes.append(self.prefixes[source])
            self.lengths.append(self.lengths[source])
        self._blocks = None

    def inputs(self) -> dict[str, Any]:
        """What the network needs for one more token per row: cache and positions. Makes room for it."""
        used = max(self.lengths)
        if used == self.columns:
            self.columns += CHUNK
            for layer in self.cache.layers:
                layer.resize(len(self.lengths), used, self.columns)
        layout = self._layout()
        for layer in self.cache.layers:
            layer.layout = layout
        positions = [prefix.tokens + length for prefix, length in zip(self.prefixes, self.lengths, strict=True)]
        self.lengths = [length + 1 for length in self.lengths]
        position_ids = to_device(positions, self.device)[:, None]
        return {"past_key_values": self.cache, "position_ids": position_ids, "attention_mask": None}

    def _place(self, prompts: list[Prefix], width: int, place: int) -> None:
        room = 1 << (len(prompts) - 1).bit_length()  # a power of 2: growing copies everything once
        for layer, prompt in zip(self.cache.layers, prompts[place].cache.layers, strict=True):
            layer.place_prompt(prompt, width, place, room)

    def _drop_prompts(self) -> None:
        """Those that no row continues any more; the last ones fill the holes."""
        used = {id(each) for each in self.prefixes}
        for width, prompts in self.prompts.items():
            for place in reversed([place for place, each in enumerate(prompts) if id(each) not in used]):
                last = prompts.pop()
                if place < len(prompts):
                    prompts[place] = last
                    self._place(prompts, width, place)

    def _layout(self) -> Layout:
        if self._blocks is None:
            self._blocks = self._arrange()
        blocks, places = self._blocks
        lengths = to_device(self.lengths, self.device)
        filled = min(self.lengths) == self.columns - 1
        return Layout(
            blocks=blocks,
            places=places,
            lengths=lengths,
            longest=max(self.lengths),
            rows=torch.arange(len(self.lengths), device=self.device),
            hidden=None if filled else self._hidden(lengths + 1, self.columns),
        )

    def _arrange(self) -> tuple[list[Block], torch.Tensor]:
        """The blocks, and where each row is in them, one block after the other."""
        members: dict[int, list[int]] = {}
        for row, prefix in enumerate(self.prefixes):
            members.setdefault(id(prefix), []).append(row)
        found: list[Block] = []
        order: list[int] = []
        for width, prompts in self.prompts.items():
            rows = [members[id(each)] for each in prompts]
            for first, end in blocks([len(each) for each in rows], width):
                filled = _filled(rows[first:end])
                found.append(self._block(width, first, end, filled))
                order += filled
        places = {row: place for place, row in enumerate(order)}
        return found, to_device([places[row] for row in range(len(self.prefixes))], self.device)

    def _block(self, width: int, first: int, end: int, rows: list[int]) -> Block:
        tokens = [each.tokens for each in self.prompts[width][first:end]]
        hidden = None if min(tokens) == width else self._hidden(to_device(tokens, self.device), width)
        return Block(width, first, end, to_device(rows, self.device), hidden)

    def _hidden(self, lengths: torch.Tensor, columns: int) -> torch.Tensor:
        beyond = torch.arange(columns, device=self.device) >= lengths[:, None, None, None]
        shown = torch.zeros(beyond.shape, dtype=self.cache.layers[0].dtype, device=self.device)
        return shown.masked_fill_(beyond, -torch.inf)


def _filled(rows: Sequence[list[int]]) -> list[int]:
    """All rows in order, the last one of a prompt again wherever another prompt has more."""
    most = max(len(each) for each in rows)
    return [row for each in rows for row in each + each[-1:] * (most - len(each))]


def width_of(tokens: int) -> int:
    """The columns that a prompt is given, so that prompts of about the same length lie side by side.

    A power of 2, or half as much again: at most a third of them are empty in a long prompt.
    """
    power = 1 << max(SHORTEST.bit_length() - 1, (tokens - 1).bit_length() - 1)
    return next(width for width in (power, power * 3 // 2, power * 2) if tokens <= width)


def blocks(counts: Sequence[int], width: int) -> list[tuple[int, int]]:
    """Neighbouring prompts of one width in blocks (first, end), by the rows of each.

    All prompts of a block are given the places of the one with most rows: a prompt joins the one before it where the
    places left empty cost less than a block of its own.
    """
    found: list[tuple[int, int]] = []
    for place, rows in enumerate(counts):
        first = found[-1][0] if found else place
        before = max(counts[first:place], default=0) * (place - first)
        if found and (max(counts[first : place + 1]) * (place + 1 - first) - before - rows) * width <= CALLS:
            found[-1] = first, place + 1
        else:
            found.append((place, place + 1))
    return found
