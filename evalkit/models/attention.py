"""One step of attention for rows that share their prompts: a prompt's keys and values are read once for all its rows.

transformers hands every attention layer of a model to a function that is chosen by name. The one here, `NAME`, takes
the rows' own keys from a `SharedLayer` and their prompts' from where they were read, and is transformers' own for
everything else. Whether a model's layers really go this way is found by trying: see `Network.shares`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from transformers.cache_utils import DynamicLayer
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import ALL_MASK_ATTENTION_FUNCTIONS, sdpa_mask
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

NAME = "evalkit"


@dataclass(frozen=True)
class Layout:
    """Which rows continue which prompt, in one step. `spans` are those of the rows in `order`: (first, end, prompt)."""

    spans: Sequence[tuple[int, int, int]]
    order: torch.Tensor | None  # rows by prompt; None when they are in that order already
    inverse: torch.Tensor | None
    lengths: torch.Tensor  # (rows,) own tokens before this one
    prompt_columns: int  # of the longest prompt
    own_columns: int  # of the row with most tokens, this one included
    rows: torch.Tensor  # 0, 1, 2, ...
    hidden: torch.Tensor | None  # (rows in order, 1, columns): True where a row has no token; None if nowhere


class SharedLayer(DynamicLayer):  # type: ignore[misc]  # transformers ships no type information
    """One layer's keys and values of the tokens that rows drew themselves: (rows, heads, columns, dimension).

    Each row begins at column 0. `prompts` are the keys and values (1, heads, tokens, dimension) of the step's prompts.
    """

    def __init__(self, prompt: Any, rows: int) -> None:
        super().__init__()
        self.is_initialized = True
        self.dtype, self.device = prompt.keys.dtype, prompt.keys.device
        self.keys = prompt.keys.new_zeros((rows, prompt.keys.shape[1], 0, prompt.keys.shape[3]))
        self.values = prompt.values.new_zeros((rows, prompt.values.shape[1], 0, prompt.values.shape[3]))
        self.prompts: list[Any] = []
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
        return 0 if self.layout is None else self.layout.own_columns - 1

    def resize(self, rows: int, used: int, columns: int) -> None:
        """Buffers of `columns`, the used columns of the first rows kept."""
        for name in ("keys", "values"):
            old = getattr(self, name)
            new = old.new_zeros((*old.shape[:2], columns, old.shape[3]))  # masked columns count with weight 0, not NaN
            new[:rows, :, :used] = old[:rows, :, :used]
            setattr(self, name, new)

    def copy_row(self, source: int, target: int, used: int) -> None:
        """Overwrite one row with another."""
        self.keys[target, :, :used] = self.keys[source, :, :used]
        self.values[target, :, :used] = self.values[source, :, :used]

    def attend(self, query: torch.Tensor, scaling: float) -> torch.Tensor:
        """`query` is (rows, heads, 1, dimension); returns (rows, 1, heads, dimension)."""
        assert self.layout is not None
        layout, rows, heads = self.layout, len(query), self.keys.shape[1]
        own = slice(None), slice(None), slice(layout.own_columns)
        keys, values = self.keys[:rows][own].flatten(0, 1), self.values[:rows][own].flatten(0, 1)
        grouped = (query[:, :, 0] * scaling).view(
            rows, heads, -1, query.shape[-1]
        )  # query heads by the key head they share
        own_scores = torch.bmm(grouped.flatten(0, 1), keys.transpose(1, 2)).view(rows, heads, -1, layout.own_columns)
        weights = self._scores(_taken(grouped, layout.order), _taken(own_scores, layout.order)).softmax(-1)
        weights = weights.to(values.dtype)
        own_weights = _taken(weights[..., layout.prompt_columns :].transpose(0, 1), layout.inverse)
        result = torch.bmm(own_weights.flatten(0, 1), values).view(rows, heads, -1, values.shape[-1])
        result += _taken(self._from_prompts(weights).transpose(0, 1), layout.inverse)
        return result.flatten(1, 2).unsqueeze(1)

    def _scores(self, query: torch.Tensor, own: torch.Tensor) -> torch.Tensor:
        """(heads, rows, queries per head, columns of prompts, then own ones), rows in the layout's order."""
        assert self.layout is not None
        columns = self.layout.prompt_columns
        rows, heads, group, own_columns = own.shape
        scores = torch.empty((heads, rows, group, columns + own_columns), dtype=torch.float32, device=own.device)
        scores[..., columns:] = own.transpose(0, 1)
        by_head = query.transpose(0, 1).contiguous()
        for first, end, which in self.layout.spans:
            keys = self.prompts[which].keys[0]
            found = torch.bmm(by_head[:, first:end].flatten(1, 2), keys.transpose(1, 2))
            scores[:, first:end, :, : keys.shape[1]] = found.view(heads, end - first, group, -1)
        return scores if self.layout.hidden is None else scores.masked_fill_(self.layout.hidden, -torch.inf)

    def _from_prompts(self, weights: torch.Tensor) -> torch.Tensor:
        assert self.layout is not None
        parts = []
        for first, end, which in self.layout.spans:
            values = self.prompts[which].values[0]
            part = weights[:, first:end, :, : values.shape[1]].flatten(1, 2)
            parts.append(torch.bmm(part, values).view(len(values), end - first, -1, values.shape[-1]))
        return parts[0] if len(parts) == 1 else torch.cat(parts, dim=1)


def _taken(values: torch.Tensor, rows: torch.Tensor | None) -> torch.Tensor:
    return values if rows is None else values.index_select(0, rows)


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
    if layer is None:
        result: tuple[torch.Tensor, Any] = sdpa_attention_forward(
            module, query, key, value, attention_mask, scaling=scaling, **options
        )
        return result
    return layer.attend(query, query.shape[-1] ** -0.5 if scaling is None else scaling), None


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
