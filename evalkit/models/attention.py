"""One step of attention for rows that may share their prompts: a prompt's keys and values are read once for its rows.

transformers hands every attention layer of a model to a function that is chosen by name. The one here, `NAME`, takes
the rows' own keys from a `SharedLayer` and their prompts' from where they were read, and is transformers' own for
everything else. Whether a model's layers really go this way is found by trying: see `Network.shares`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from transformers.cache_utils import DynamicLayer
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import ALL_MASK_ATTENTION_FUNCTIONS, sdpa_mask
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

from evalkit.models.partial_attention import Part

NAME = "evalkit"
OTHERWISE = "softcap", "position_bias", "cache", "output_attentions"  # options that ask for another attention


@dataclass(frozen=True)
class Block:
    """Prompts side by side in the buffers of one width, `first` to `end`, whose rows attend to them in one product."""

    width: int
    first: int
    end: int
    taken: slice  # of Layout.taken
    hidden: torch.Tensor  # (prompts, key heads, 1, width): -inf where a prompt has no token, else 0


@dataclass(frozen=True)
class Own:
    """How tokens attend to what their own rows hold.

    A row has places for as many tokens as the one with most in this step; where it has fewer, for its last one again.
    """

    rows: int
    hidden: torch.Tensor  # (rows, key heads, places, columns): -inf where a place sees no token, else 0
    taken: torch.Tensor  # which of (tokens x key heads) is in each of (rows x key heads x places)
    places: torch.Tensor  # (tokens x key heads): where among those each is
    _by_group: dict[int, torch.Tensor] = field(default_factory=dict)

    def hidden_from(self, group: int) -> torch.Tensor:
        """(rows, key heads, queries, columns), or 1 for all queries; `group` of them come from each token."""
        if self.hidden.shape[2] == 1:
            return self.hidden
        if group not in self._by_group:
            self._by_group[group] = self.hidden.repeat_interleave(group, 2)
        return self._by_group[group]


@dataclass(frozen=True)
class Layout:
    """Which tokens of a step belong to which row, and which rows continue which prompt.

    Each prompt of a block has places for as many tokens as the one with most; where it has fewer, for its last one
    again. Without blocks the rows hold their prompts themselves.
    """

    blocks: Sequence[Block]
    taken: torch.Tensor  # which of (tokens x key heads) is in each of (prompts x key heads x places), block after block
    places: torch.Tensor  # (tokens x key heads): where among those each is
    written: torch.Tensor  # (tokens x key heads): where among (rows x key heads x columns) each is kept
    own: Own
    longest: int  # columns that any row used before this step


class SharedLayer(DynamicLayer):  # type: ignore[misc]  # transformers ships no type information
    """One layer's keys and values of what rows hold themselves: (rows, heads, columns, dimension).

    Each row begins at column 0. A step has one token or several for each row, one after the other. `prompts` are those
    of prompts, by the columns that each is given: (prompts, heads, columns, dimension), likewise.
    """

    def __init__(self, prompt: Any) -> None:
        super().__init__()
        self.is_initialized = True
        self.dtype, self.device = prompt.keys.dtype, prompt.keys.device
        self.keys, self.values = prompt.keys[:0, :, :0], prompt.values[:0, :, :0]
        self.prompts: dict[int, tuple[torch.Tensor, torch.Tensor]] = {}
        self.layout: Layout | None = None

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *_: object, **__: object
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Keep the tokens of a step; returns them, marked so that `attend` finds the way back."""
        assert self.layout is not None
        for kept, new in ((self.keys, key_states), (self.values, value_states)):
            dimension = new.shape[-1]
            kept.view(-1, dimension).index_copy_(0, self.layout.written, new.reshape(-1, dimension))
        key_states.evalkit_layer = self  # type: ignore[attr-defined]  # tensors take attributes
        return key_states, value_states

    def get_seq_length(self) -> int:
        """Columns in use before this step; positions are given, and there is no mask."""
        return 0 if self.layout is None else self.layout.longest

    def resize(self, rows: int, used: int, room: int, columns: int) -> None:
        """Buffers for `room` rows of `columns`, the used columns of the first rows kept."""
        self.keys = _resized(self.keys[:rows, :, :used], room, columns)
        self.values = _resized(self.values[:rows, :, :used], room, columns)

    def copy_row(self, source: int, target: int, used: int) -> None:
        """Overwrite one row with another."""
        self.keys[target, :, :used] = self.keys[source, :, :used]
        self.values[target, :, :used] = self.values[source, :, :used]

    def place_prompt(self, prompt: Any, width: int, place: int, room: int) -> None:
        """Copy in the keys and values (1, heads, tokens, dimension) of a prompt, into buffers for `room` of them."""
        new = (prompt.keys[:0, :, :0], prompt.values[:0, :, :0])
        buffers = self.prompts.get(width, new)
        if len(buffers[0]) < room:
            buffers = self.prompts[width] = (_resized(buffers[0], room, width), _resized(buffers[1], room, width))
        for buffer, given in zip(buffers, (prompt.keys, prompt.values), strict=True):
            buffer[place, :, : given.shape[2]] = given[0]

    def begin_row(self, row: int, prompt: Any) -> None:
        """Copy the keys and values (1, heads, tokens, dimension) of a prompt into the first columns of a row."""
        for buffer, given in ((self.keys, prompt.keys), (self.values, prompt.values)):
            buffer[row, :, : given.shape[2]] = given[0]

    def attend(self, query: torch.Tensor, scaling: float) -> torch.Tensor:
        """`query` is (tokens, heads, 1, dimension); returns (tokens, 1, heads, dimension)."""
        assert self.layout is not None
        tokens, heads, _, dimension = query.shape
        by_key = query.reshape(tokens * self.keys.shape[1], -1, dimension)  # heads that share a key head are together
        own = self._attend_to_own(by_key, scaling)
        if not self.layout.blocks:
            return own.means.reshape(tokens, 1, heads, -1)
        taken = by_key.index_select(0, self.layout.taken)
        found = [self._attend_to_prompts(block, taken[block.taken], scaling) for block in self.layout.blocks]
        prompts = Part(*(_by_token(each, by_key.shape[1], self.layout.places) for each in zip(*found, strict=True)))
        return own.joined(prompts).to(query.dtype).view(tokens, 1, heads, -1)

    def _attend_to_own(self, by_key: torch.Tensor, scaling: float) -> Part:
        assert self.layout is not None
        own, group = self.layout.own, by_key.shape[1]
        keys, values, hidden = self.keys[: own.rows], self.values[: own.rows], own.hidden_from(group)
        if own.hidden.shape[2] == 1:
            return Part.of(by_key, keys, values, hidden, scaling)
        taken = by_key.index_select(0, own.taken)
        query = taken.view(-1, own.hidden.shape[2] * group, by_key.shape[2])
        found = Part.of(query, keys, values, hidden, scaling)
        return Part(*(_by_token([each], group, own.places) for each in found))

    def _attend_to_prompts(self, block: Block, query: torch.Tensor, scaling: float) -> Part:
        keys, values = (each[block.first : block.end] for each in self.prompts[block.width])
        queries = query.view(keys.shape[0] * keys.shape[1], -1, query.shape[2])
        return Part.of(queries, keys, values, block.hidden, scaling)


def _by_token(found: Sequence[torch.Tensor], group: int, places: torch.Tensor) -> torch.Tensor:
    """(prompts or rows x key heads, places x group, ...) of each block to (tokens x key heads, group, ...)."""
    flat = [each.reshape(-1, group, each.shape[2]) for each in found]
    return (flat[0] if len(flat) == 1 else torch.cat(flat)).index_select(0, places)


def _resized(old: torch.Tensor, first: int, columns: int) -> torch.Tensor:
    # Zeros, because a masked column still enters the product with weight 0, and 0 * NaN is NaN.
    new = old.new_empty((first, old.shape[1], columns, old.shape[3]))
    new[: len(old), :, : old.shape[2]] = old
    new[: len(old), :, old.shape[2] :] = 0
    new[len(old) :] = 0
    return new


def attend(
    module: Any,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float | None = None,
    **options: Any,
) -> tuple[torch.Tensor, Any]:
    """What transformers calls in place of its own attention."""
    layer = getattr(key, "evalkit_layer", None)
    if layer is not None:
        return layer.attend(query, query.shape[-1] ** -0.5 if scaling is None else scaling), None
    if attention_mask is None and _slow_alone(query, key) and not any(options.get(each) for each in OTHERWISE):
        return _step(query, key, value, scaling), None
    result: tuple[torch.Tensor, Any] = sdpa_attention_forward(
        module, query, key, value, attention_mask, scaling=scaling, **options
    )
    return result


def _slow_alone(query: torch.Tensor, key: torch.Tensor) -> bool:
    # torch's kernel for grouped heads without a mask takes twice as long on a CPU as the one for queries in a sequence.
    return query.device.type == "cpu" and query.shape[2] == 1 and query.shape[1] > key.shape[1]


def _step(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, scaling: float | None) -> torch.Tensor:
    """One query for each row: those of heads that share a key head are handed over as a sequence."""
    rows, heads, _, dimension = query.shape
    grouped = query.view(rows, key.shape[1], -1, dimension)
    found = torch.nn.functional.scaled_dot_product_attention(grouped, key, value, scale=scaling)
    return found.reshape(rows, 1, heads, -1)


def install(module: Any) -> bool:
    """Let a model's attention layers call `attend`; False for a model that chooses its attention otherwise."""
    if module.config._attn_implementation == NAME:
        return True
    if module.config._attn_implementation != "sdpa" or not module._can_set_attn_implementation():
        return False
    ALL_ATTENTION_FUNCTIONS.register(NAME, attend)
    ALL_MASK_ATTENTION_FUNCTIONS.register(NAME, sdpa_mask)
    module.set_attn_implementation(NAME)
    return True
