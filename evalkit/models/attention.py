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
    """Prompts side by side in the buffers of one width, `first` to `end`, whose rows attend to them in one product."""

    width: int
    first: int
    end: int
    taken: slice  # of Layout.taken
    hidden: torch.Tensor  # (prompts x key heads, 1, width): -inf where a prompt has no token, else 0


@dataclass(frozen=True)
class Layout:
    """Which rows continue which prompt in one step.

    Each prompt of a block has places for as many rows as the one with most; where it has fewer, for its last one again.
    """

    blocks: Sequence[Block]
    taken: torch.Tensor  # which of (rows x key heads) is in each of (prompts x key heads x places), block after block
    places: torch.Tensor  # (rows x key heads): where among those each is
    written: torch.Tensor  # (rows x key heads): where among (rows x key heads x columns) this token is kept
    hidden: torch.Tensor  # (rows x key heads, 1, columns): -inf where a row has no token, else 0
    longest: int  # own tokens of any row before this one


class SharedLayer(DynamicLayer):  # type: ignore[misc]  # transformers ships no type information
    """One layer's keys and values of the tokens that rows drew themselves: (rows, heads, columns, dimension).

    Each row begins at column 0. `prompts` are those of prompts, by the columns that each is given: (prompts, heads,
    columns, dimension), likewise. Buffers are attended to as they are: oneDNN would copy what is cut out of them.
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
        """Keep one more token per row; returns it, marked so that `attend` finds the way back."""
        assert self.layout is not None
        for kept, new in ((self.keys, key_states), (self.values, value_states)):
            dimension = new.shape[-1]
            kept.view(-1, dimension).index_copy_(0, self.layout.written, new.reshape(-1, dimension))
        key_states.evalkit_layer = self  # type: ignore[attr-defined]  # tensors take attributes
        return key_states, value_states

    def get_seq_length(self) -> int:
        """Columns in use; positions are given, and there is no mask."""
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

    def attend(self, query: torch.Tensor, scaling: float) -> torch.Tensor:
        """`query` is (rows, heads, 1, dimension); returns (rows, 1, heads, dimension)."""
        assert self.layout is not None
        rows, heads, _, dimension = query.shape
        by_key = query.reshape(rows * self.keys.shape[1], -1, dimension)  # heads that share a key head are together
        scale = scaling / log(2)  # for powers of 2, which are cheaper than those of e
        own = _Part.of(by_key, self.keys[:rows], self.values[:rows], self.layout.hidden, scale)
        taken = by_key.index_select(0, self.layout.taken)
        found = [self._attend_to_prompts(block, taken[block.taken], scale) for block in self.layout.blocks]
        prompts = _Part(*(self._by_row(each, by_key.shape[1]) for each in zip(*found, strict=True)))
        return own.joined(prompts).to(query.dtype).view(rows, 1, heads, -1)

    def _attend_to_prompts(self, block: Block, query: torch.Tensor, scale: float) -> "_Part":
        keys, values = (each[block.first : block.end] for each in self.prompts[block.width])
        return _Part.of(query.view(len(block.hidden), -1, query.shape[2]), keys, values, block.hidden, scale)

    def _by_row(self, found: Sequence[torch.Tensor], group: int) -> torch.Tensor:
        """(prompts x key heads, places x group, ...) of each block to (rows x key heads, group, ...)."""
        assert self.layout is not None
        flat = [each.view(-1, group, each.shape[2]) for each in found]
        return (flat[0] if len(flat) == 1 else torch.cat(flat)).index_select(0, self.layout.places)


class _Part(NamedTuple):
    """Attention to some of the columns: means of values (..., queries, dimension), weighed by powers of 2; and the
    logarithm to base 2 of the sum of their weights (..., queries, 1)."""

    means: torch.Tensor
    log_weight: torch.Tensor

    @classmethod
    def of(
        cls, query: torch.Tensor, keys: torch.Tensor, values: torch.Tensor, hidden: torch.Tensor, scale: float
    ) -> Self:
        """`query` is (batch x heads, queries, dimension), keys and values (batch, heads, columns, dimension)."""
        scores = torch.baddbmm(hidden, query, keys.flatten(0, 1).transpose(1, 2), alpha=scale)
        weights = scores.to(torch.promote_types(scores.dtype, torch.float32))
        largest = weights.amax(-1, keepdim=True)
        weights = weights.sub_(largest).exp2_()
        total = weights.sum(-1, keepdim=True)
        means = torch.bmm(weights.div_(total).to(values.dtype), values.flatten(0, 1))
        return cls(means, total.log2_().add_(largest))

    def joined(self, other: "_Part") -> torch.Tensor:
        """Attention to the columns of both."""
        share = other.log_weight.sub(self.log_weight).mul_(log(2)).sigmoid_()
        return torch.lerp(self.means.to(share.dtype), other.means.to(share.dtype), share)


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
