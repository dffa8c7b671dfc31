"""The cache of rows that share prompts: each prompt is kept once, and each row keeps what it drew itself."""

from collections.abc import Sequence
from typing import Any

import torch
from transformers.cache_utils import Cache

from evalkit.models.attention import Block, Layout, SharedLayer
from evalkit.models.cache import Prefix
from evalkit.models.transfer import to_device

CHUNK = 32  # columns that rows are given at a time; growing copies everything once
SPARE = 8  # rows that there is room for beyond those in use, at least: samples part
SHORTEST = 128  # columns that a prompt is given at least
CALLS = 2000  # columns one row attends to in about the time of one more block's calls: estimated, not tuned

Arranged = tuple[list[Block], torch.Tensor, torch.Tensor]  # blocks, taken and places of a Layout


class SharedCache:
    """The cache of up to `capacity` rows with prompts of any lengths. See `RowCache` for the same without sharing."""

    mixes_prompts = True

    def __init__(self, capacity: int, device: torch.device) -> None:
        self.capacity, self.device = capacity, device
        self.prefixes: list[Prefix] = []  # of each row
        self.lengths: list[int] = []  # tokens that each row drew and that went through the network
        self.room = self.columns = 0  # rows and columns of the buffers
        self.prompts: dict[int, list[Prefix]] = {}  # by the columns they are given, each in its place
        self.cache: Any = None
        self._arranged: dict[int, Arranged] | None = None  # by key heads, until rows enter or leave

    def enter(self, prefix: Prefix, count: int) -> None:
        """Add `count` rows that continue the same prompt."""
        if self.cache is None:
            self.cache = Cache(layers=[SharedLayer(each) for each in prefix.cache.layers])
        width = width_of(prefix.tokens)
        prompts = self.prompts.setdefault(width, [])
        if not any(each is prefix for each in prompts):
            prompts.append(prefix)
            self._place(prompts, width, len(prompts) - 1)
        self.prefixes += [prefix] * count
        self._make_room(len(self.prefixes))
        self.lengths += [0] * count
        self._arranged = None

    def select(self, order: list[int]) -> None:
        """Keep the rows in `order`: row j becomes what row order[j] >= j was."""
        for target, source in enumerate(order):
            if source != target:
                for layer in self.cache.layers:
                    layer.copy_row(source, target, self.lengths[source])
        self.prefixes = [self.prefixes[source] for source in order]
        self.lengths = [self.lengths[source] for source in order]
        self._drop_prompts()
        self._arranged = None

    def fork(self, sources: list[int]) -> None:
        """Add rows that are what these rows are."""
        self._make_room(len(self.lengths) + len(sources))
        for source in sources:
            for layer in self.cache.layers:
                layer.copy_row(source, len(self.lengths), self.lengths[source])
            self.prefixes.append(self.prefixes[source])
            self.lengths.append(self.lengths[source])
        self._arranged = None

    def inputs(self) -> dict[str, Any]:
        """What the network needs for one more token per row: cache and positions. Makes room for it."""
        if max(self.lengths) == self.columns:
            self._resize(len(self.lengths), self.columns + CHUNK)
        layouts = self._layouts()
        for layer in self.cache.layers:
            layer.layout = layouts[layer.keys.shape[1]]
        positions = [prefix.tokens + length for prefix, length in zip(self.prefixes, self.lengths, strict=True)]
        self.lengths = [length + 1 for length in self.lengths]
        position_ids = to_device(positions, self.device)[:, None]
        return {"past_key_values": self.cache, "position_ids": position_ids, "attention_mask": None}

    def _make_room(self, rows: int) -> None:
        if rows > self.room:
            self._resize(rows, self.columns)

    def _resize(self, rows: int, columns: int) -> None:
        self.room, self.columns = min(self.capacity, rows + max(SPARE, rows // 4)), columns
        for layer in self.cache.layers:
            layer.resize(len(self.lengths), max(self.lengths, default=0), self.room, columns)

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

    def _layouts(self) -> dict[int, Layout]:
        if self._arranged is None:
            self._arranged = {heads: self._arrange(heads) for heads in self._key_heads()}
        return {heads: self._layout(heads, arranged) for heads, arranged in self._arranged.items()}

    def _key_heads(self) -> set[int]:
        return {layer.keys.shape[1] for layer in self.cache.layers}

    def _layout(self, heads: int, arranged: Arranged) -> Layout:
        lengths = to_device([length for length in self.lengths for _ in range(heads)], self.device)
        return Layout(
            *arranged,
            written=torch.arange(len(lengths), device=self.device) * self.columns + lengths,
            hidden=self._hidden(lengths + 1, self.columns),
            longest=max(self.lengths),
        )

    def _arrange(self, heads: int) -> Arranged:
        """Blocks, and which rows and key heads are in which place of them."""
        members: dict[int, list[int]] = {}
        for row, prefix in enumerate(self.prefixes):
            members.setdefault(id(prefix), []).append(row)
        found: list[Block] = []
        taken: list[int] = []
        for width, prompts in self.prompts.items():
            rows = [members[id(each)] for each in prompts]
            for first, end in blocks([len(each) for each in rows], width):
                new = [row * heads + head for each in _filled(rows[first:end]) for head in range(heads) for row in each]
                found.append(self._block(width, first, end, slice(len(taken), len(taken) + len(new)), heads))
                taken += new
        places = {each: place for place, each in enumerate(taken)}
        inverse = [places[each] for each in range(len(self.prefixes) * heads)]
        return found, to_device(taken, self.device), to_device(inverse, self.device)

    def _block(self, width: int, first: int, end: int, taken: slice, heads: int) -> Block:
        tokens = [each.tokens for each in self.prompts[width][first:end] for _ in range(heads)]
        return Block(width, first, end, taken, self._hidden(to_device(tokens, self.device), width))

    def _hidden(self, lengths: torch.Tensor, columns: int) -> torch.Tensor:
        beyond = torch.arange(columns, device=self.device) >= lengths[:, None, None]
        shown = torch.zeros(beyond.shape, dtype=self.cache.layers[0].dtype, device=self.device)
        return shown.masked_fill_(beyond, -torch.inf)


def _filled(rows: Sequence[list[int]]) -> list[list[int]]:
    """The rows of each prompt, its last one again until it has as many as the one with most."""
    most = max(len(each) for each in rows)
    return [each + each[-1:] * (most - len(each)) for each in rows]


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
