"""The weights of a model's attention while it reads, layer by layer, and never all of them at once.

transformers hands every attention layer to a function that is chosen by name. The one here, NAME, computes attention
as it is defined, softmax(Q K' / sqrt(d) + mask) V (Vaswani et al. 2017, arXiv 1706.03762, section 3.2.1), and shows
the weights to a watcher before it goes on.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from transformers.masking_utils import ALL_MASK_ATTENTION_FUNCTIONS, eager_mask
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

from evalkit.errors import ConfigError
from evalkit.models.transformers import TransformersModel

NAME = "evalkit_watched"
PIECE = 128  # queries at a time: 128 rows of weights of 32 heads over 8,000 tokens are 131 MB
PROBE = 12  # tokens on which watched and usual attention must agree
TOLERANCE = 1e-3  # of the largest logit; half precision is held to fifty times that

# (layer, first position of the queries, weights (heads, queries, keys)) -> None
Watch = Callable[[int, int, torch.Tensor], None]
_watching: list[Watch] = []


@torch.inference_mode()
def watch(model: TransformersModel, ids: Sequence[int], told: Watch) -> None:
    """Read `ids`; `told` sees the weights of each layer, piece by piece. Raises ConfigError for a model whose
    attention does not go this way (or that has none)."""
    with _installed(model) as before:
        _check(model, ids[:PROBE], before)
        _watching.append(told)
        try:
            _read(model, ids)
        finally:
            _watching.clear()


def attention(
    query: torch.Tensor, key: torch.Tensor, mask: torch.Tensor | None, scaling: float, softcap: float | None = None
) -> torch.Tensor:
    """The weights (batch, heads, queries, keys) in float32, of queries and keys (batch, heads, positions, width).

    `mask` is added to the scores; `softcap` bounds them first (Gemma 2: arXiv 2408.00118, section 2.2).
    """
    scores = torch.matmul(query, key.transpose(2, 3)) * scaling
    if softcap is not None:
        scores = torch.tanh(scores / softcap) * softcap
    if mask is not None:
        scores = scores + mask[:, :, :, : key.shape[2]]
    return scores.softmax(dim=-1, dtype=torch.float32)


def _attend(
    module: Any,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float | None = None,
    softcap: float | None = None,
    **_: Any,
) -> tuple[torch.Tensor, torch.Tensor]:
    """What transformers calls in place of its own attention. Heads that share keys get copies of them."""
    shared = query.shape[1] // key.shape[1]
    key, value = (each.repeat_interleave(shared, dim=1) for each in (key, value))
    weights = attention(query, key, attention_mask, scaling or query.shape[-1] ** -0.5, softcap)
    for told in _watching:
        told(int(module.layer_idx), key.shape[2] - query.shape[2], weights[0])
    return torch.matmul(weights.to(value.dtype), value).transpose(1, 2).contiguous(), weights


@contextmanager
def _installed(model: TransformersModel) -> Iterator[str]:
    module = model.network.module
    before = getattr(module.config, "_attn_implementation", None)
    if before is None or not module._can_set_attn_implementation():
        raise _without(model)
    ALL_ATTENTION_FUNCTIONS.register(NAME, _attend)
    ALL_MASK_ATTENTION_FUNCTIONS.register(NAME, eager_mask)
    module.set_attn_implementation(NAME)
    try:
        yield before
    finally:
        module.set_attn_implementation(before)


def _check(model: TransformersModel, ids: Sequence[int], before: str) -> None:
    """Whether the model's attention goes through here, with the same result as usual."""
    seen: list[int] = []
    module = model.network.module
    _watching.append(lambda layer, first, weights: seen.append(layer))
    try:
        watched = _read(model, ids)
    finally:
        _watching.clear()
    module.set_attn_implementation(before)
    usual = _read(model, ids)
    module.set_attn_implementation(NAME)
    allowed = TOLERANCE if watched.dtype == torch.float32 else 50 * TOLERANCE
    if not seen or (watched - usual).abs().max() > allowed * usual.abs().max():
        raise _without(model)


def _read(model: TransformersModel, ids: Sequence[int]) -> torch.Tensor:
    """The logits after the last token."""
    network = model.network
    memory = network.memory()
    inputs = memory | {"logits_to_keep": 1}
    kept = {name: value for name, value in inputs.items() if name in network.accepts}
    size = PIECE if memory else len(ids)
    for start in range(0, len(ids), size):
        piece = torch.tensor([list(ids[start : start + size])], device=network.device)
        logits: torch.Tensor = network.module(input_ids=piece, **kept).logits
    return logits[0, -1]


def _without(model: TransformersModel) -> ConfigError:
    return ConfigError(
        f"Model {model.name!r} ({type(model.network.module).__name__}) gives no attention weights; leave the section "
        f"attention out, or choose another model."
    )
