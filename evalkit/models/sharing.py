"""The cache of rows that each have a length of their own, and that may share prompts: each prompt is kept once then."""

from collections.abc import Sequence
from typing import Any

import torch
from transformers.cache_utils import Cache

from evalkit.models.arranging import Arranged, Place, own_columns, prompt_columns, width_of
from evalkit.models.attention import Layout, SharedLayer
from evalkit.models.cache import Prefix
from evalkit.models.transfer import to_device

CHUNK = 32  # columns that rows are given at a time; growing copies everything once
SPARE = 8  # rows that there is room for beyond those in use, at least: samples part


class SharedCache:
    """The cache of up to `capacity` rows with prompts of any lengths. `apart` rows hold their prompts themselves.

    A step may have several tokens of a row, see `inputs`. `RowCache` needs nothing of how a model attends.
    """

    mixes_prompts = True
    takes_drafts = True

    def __init__(self, capacity: int, device: torch.device, apart: bool = False) -> None:
        self.capacity, self.device, self.apart = capacity, device, apart
        self.prefixes: list[Prefix] = []  # of each row
        self.used: list[int] = []  # columns of each row
        self.room = self.columns = 0  # rows and columns of the buffers
        self.prompts: dict[int, list[Prefix]] = {}  # by the columns they are given, each in its place
        self.cache: Any = None
        self._arranged: dict[int, Arranged] | None = None  # by key heads, of one token a row, until rows change

    def enter(self, prefix: Prefix, count: int) -> None:
        """Add `count` rows that continue the same prompt."""
        if self.cache is None:
            self.cache = Cache(layers=[SharedLayer(each) for each in prefix.cache.layers])
        if not self.apart:
            self._share(prefix)
        first, begin = len(self.used), self._begin(prefix)
        self._make_room(first + count, begin)
        self.prefixes += [prefix] * count
        self.used += [begin] * count
        if self.apart:
            self._fill(range(first, first + count), prefix)
        self._arranged = None

    def select(self, order: list[int]) -> None:
        """Keep the rows in `order`: row j becomes what row order[j] >= j was."""
        for target, source in enumerate(order):
            if source != target:
                for layer in self.cache.layers:
                    layer.copy_row(source, target, self.used[source])
        self.prefixes = [self.prefixes[source] for source in order]
        self.used = [self.used[source] for source in order]
        self._drop_prompts()
        self._arranged = None

    def fork(self, sources: list[int]) -> None:
        """Add rows that are what these rows are."""
        self._make_room(len(self.used) + len(sources))
        for source in sources:
            for layer in self.cache.layers:
                layer.copy_row(source, len(self.used), self.used[source])
            self.prefixes.append(self.prefixes[source])
            self.used.append(self.used[source])
        self._arranged = None

    def keep(self, tokens: Sequence[int]) -> None:
        """Of each row keep the prompt and so many tokens; what a step had beyond them is forgotten."""
        pairs = zip(self.prefixes, tokens, strict=True)
        self.used = [self._begin(prefix) + count for prefix, count in pairs]

    def inputs(self, counts: Sequence[int] | None = None) -> dict[str, Any]:
        """What the network needs for so many more tokens of each row (by default one): cache and positions.

        Makes room for them. Each token is one of the network's batch.
        """
        counts = counts or [1] * len(self.used)
        needed = max(used + count for used, count in zip(self.used, counts, strict=True))
        if needed > self.columns:
            self._resize(len(self.used), max(needed, self.columns + CHUNK))
        layouts = self._layouts(counts)
        for layer in self.cache.layers:
            layer.layout = layouts[layer.keys.shape[1]]
        rows = list(zip(self.prefixes, self.used, counts, strict=True))
        begins = [(prefix.tokens - self._begin(prefix) + used, count) for prefix, used, count in rows]
        positions = [begin + each for begin, count in begins for each in range(count)]
        self.used = [used + count for _, used, count in rows]
        position_ids = to_device(positions, self.device)[:, None]
        return {"past_key_values": self.cache, "position_ids": position_ids, "attention_mask": None}

    def _begin(self, prefix: Prefix) -> int:
        """The column of a row's first own token."""
        return prefix.tokens if self.apart else 0

    def _make_room(self, rows: int, columns: int = 0) -> None:
        if rows > self.room or columns > self.columns:
            self._resize(rows, max(columns, self.columns))

    def _resize(self, rows: int, columns: int) -> None:
        self.room, self.columns = min(self.capacity, rows + max(SPARE, rows // 4)), columns
        for layer in self.cache.layers:
            layer.resize(len(self.used), max(self.used, default=0), self.room, columns)

    def _fill(self, rows: range, prefix: Prefix) -> None:
        for layer, prompt in zip(self.cache.layers, prefix.cache.layers, strict=True):
            for row in rows:
                layer.begin_row(row, prompt)

    def _share(self, prefix: Prefix) -> None:
        width = width_of(prefix.tokens)
        prompts = self.prompts.setdefault(width, [])
        if not any(each is prefix for each in prompts):
            prompts.append(prefix)
            self._place(prompts, width, len(prompts) - 1)

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

    def _layouts(self, counts: Sequence[int]) -> dict[int, Layout]:
        """By key heads."""
        heads = {layer.keys.shape[1] for layer in self.cache.layers}
        places = {each: Place(each, self.device, self.cache.layers[0].dtype) for each in heads}
        arranged = self._arrange(counts, places)
        return {each: self._layout(arranged[each], counts, places[each]) for each in heads}

    def _arrange(self, counts: Sequence[int], places: dict[int, Place]) -> dict[int, Arranged]:
        if max(counts) == 1 and self._arranged is not None:
            return self._arranged
        owners = [prefix for prefix, count in zip(self.prefixes, counts, strict=True) for _ in range(count)]
        found = {heads: prompt_columns(self.prompts, owners, place) for heads, place in places.items()}
        if max(counts) == 1:
            self._arranged = found
        return found

    def _layout(self, arranged: Arranged, counts: Sequence[int], place: Place) -> Layout:
        written, own = own_columns(self.used, counts, self.columns, place)
        return Layout(*arranged, written=written, own=own, longest=max(self.used))
