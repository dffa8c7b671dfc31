"""One step of attention for rows that share their prompts: a prompt's keys and values are read once for all its rows.

transformers hands every attention layer of a model to a function that is chosen by name. The one here, `NAME`, takes
the rows' own keys from a `SharedLayer` and their prompts' from where they were read, and is transformers' own for
everything else. Whether a model's layers really go this way is found by trying: see `Network.shares`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Any, NamedTuple, Self

import torch
from transformers.cache_utils import DynamicLayer
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import ALL_MASK_ATTENTION_FUNCTIONS, sdpa_mask
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

NAME = "evalkit"
OTHERWISE = "softcap", "position_bias", "cache", "output_attentions"  # options that ask for another attention


@dataclass(frozen=True)
class Block:
    """Prompts side by side in the buffers of one width, `first` to `end`, whose rows attend to them in one product.

    Each prompt has as many places as the one with most rows; `rows` says which row is in each, any one where none is.
    """

    width: int
    first: int
    end: int
    rows: torch.Tensor  # (prompts x places)
    hidden: torch.Tensor | None  # (prompts, 1, 1, width): -inf where a prompt has no token, else 0; None if nowhere


@dataclass(frozen=True)
class Layout:
    """Which rows continue which prompt, in one step."""

    blocks: Sequence[Block]
    places: torch.Tensor  # (rows,): where each row is in the blocks, one after the other
    lengths: torch.Tensor  # (rows,): own tokens before this one
    longest: int  # of them
    rows: torch.Tensor  # 0, 1, 2, ...
    hidden: torch.Tensor | None  # (rows, 1, 1, columns): -inf where a row has no token, else 0; None if nowhere


class SharedLayer(DynamicLayer):  # type: ignore[misc]  # transformers ships no type information
    """One layer's keys and values of the tokens that rows drew themselves: (rows, heads, columns, dimension).

    Each row begins at column 0. `prompts` are those of prompts, by the columns that each is given: (prompts, heads,
    columns, dimension), likewise. Buffers are attended to as they are: oneDNN would copy what is cut out of them.
    """

    def __init__(self, prompt: Any, rows: int) -> None:
        super().__init__()
        self.is_initialized = True
        self.dtype, self.device = prompt.keys.dtype, prompt.keys.device
        self.keys = prompt.keys.new_zeros((rows, prompt.keys.shape[1], 0, prompt.keys.shape[3]))
        self.values = prompt.values.new_zeros((rows, prompt.values.shape[1], 0, prompt.values.shape[3]))
        self.prompts: dict[int, tuple[torch.Tensor, torch.Tensor]] = {}
        self.layout: Layout | None = None

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *_: object, **__: object
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Keep one more token per row; returns it, marked so that `attend` finds the way back."""
        assert self.layout is not None
        rows, lengths = self.layout.rows, self.layout.lengths
        self.keys[rows, :, lengths] = key_states[:, :, 0]
        self.values[rows, :, lengths] = value_states[:, :, 0]
        key_states.evalkit_layer = self  # type: ignore[attr-defined]  # tensors take attributes
        return key_states, value_states

    def get_seq_length(self) -> int:
        """Columns in use; positions are given, and there is no mask."""
        return 0 if self.layout is None else self.layout.longest

    def resize(self, rows: int, used: int, columns: int) -> None:
        """Buffers of `columns`, the used columns of the first rows kept."""
        self.keys = _resized(self.keys[:rows, :, :used], len(self.keys), columns)
        self.values = _resized(self.values[:rows, :, :used], len(self.values), columns)

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

    def attend(self, query: torch.Tensor, scaling: float) -> torch.Tensor:
        """`query` is (rows, heads, 1, dimension); returns (rows, 1, heads, dimension)."""
        assert self.layout is not None
        rows, heads = len(query), self.keys.shape[1]
        # query heads by the key head they share; scaled for powers of 2, which are cheaper than those of e
        grouped = (query[:, :, 0] * (scaling / log(2))).view(rows, heads, -1, query.shape[-1])
        own = _Part.of(grouped, self.keys[:rows], self.values[:rows], self.layout.hidden)
        parts = [self._attend_to_prompts(block, grouped) for block in self.layout.blocks]
        prompts = _Part(*(torch.cat(each).index_select(0, self.layout.places) for each in zip(*parts, strict=True)))
        return own.joined(prompts).to(query.dtype).flatten(1, 2).unsqueeze(1)

    def _attend_to_prompts(self, block: Block, query: torch.Tensor) -> "_Part":
        taken = query.index_select(0, block.rows)
        group = taken.shape[2]
        by_prompt = taken.view(block.end - block.first, -1, *taken.shape[1:]).transpose(1, 2).flatten(2, 3)
        keys, values = (each[block.first : block.end] for each in self.prompts[block.width])
        found = _Part.of(by_prompt, keys, values, block.hidden)
        return _Part(*(_by_row(each, group) for each in found))


class _Part(NamedTuple):
    """Attention to some of the columns: means of values (..., queries, dimension), weighed by powers of 2 that are 1 at
    the largest score; their weights' sum and the largest score (..., queries, 1)."""

    means: torch.Tensor
    total: torch.Tensor
    largest: torch.Tensor

    @classmethod
    def of(cls, query: torch.Tensor, keys: torch.Tensor, values: torch.Tensor, hidden: torch.Tensor | None) -> Self:
        """All of shape (..., heads, queries or columns, dimension)."""
        scores = _products(query, keys.transpose(2, 3))
        if hidden is not None:
            scores += hidden
        weights = scores.to(torch.promote_types(scores.dtype, torch.float32))
        largest = weights.amax(-1, keepdim=True)
        weights = weights.sub_(largest).exp2_()
        total = weights.sum(-1, keepdim=True)
        return cls(_products(weights.div_(total).to(values.dtype), values), total, largest)

    def joined(self, other: "_Part") -> torch.Tensor:
        """Attention to the columns of both."""
        largest = torch.maximum(self.largest, other.largest)
        mine = (self.largest - largest).exp2_().mul_(self.total)
        theirs = (other.largest - largest).exp2_().mul_(other.total)
        total = mine + theirs
        return self.means * (mine / total) + other.means * (theirs / total)


def _products(first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    return torch.bmm(first.flatten(0, 1), second.flatten(0, 1)).view(*first.shape[:3], second.shape[3])


def _by_row(values: torch.Tensor, group: int) -> torch.Tensor:
    """(prompts, heads, places x group, ...) to (prompts x places, heads, group, ...)."""
    prompts, heads, _, width = values.shape
    return values.view(prompts, heads, -1, group, width).transpose(1, 2).flatten(0, 1)


def _resized(old: torch.Tensor, first: int, columns: int) -> torch.Tensor:
    # Zeros, because a masked column still enters the product with weight 0, and 0 * NaN is NaN.
    new = old.new_zeros((first, old.shape[1], columns, old.shape[3]))
    new[: len(old), :, : old.shape[2]] = old
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
