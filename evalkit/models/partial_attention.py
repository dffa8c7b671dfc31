"""Attention to some of the columns, with what it takes to join it with attention to others."""

from typing import NamedTuple, Self

import torch

FEW_KEYS = 3072  # of all heads and rows: with fewer, what two products take beside the arithmetic decides


class Part(NamedTuple):
    """Attention to some of the columns: weighed means of values (batch x heads, queries, dimension), and the logarithm
    of the sum of their weights (batch x heads, queries, 1)."""

    means: torch.Tensor
    log_weight: torch.Tensor

    @classmethod
    def of(
        cls, query: torch.Tensor, keys: torch.Tensor, values: torch.Tensor, hidden: torch.Tensor, scaling: float
    ) -> Self:
        """`query` is (batch x heads, queries, dimension), keys and values (batch, heads, columns, dimension), `hidden`
        (batch, heads or 1, queries or 1, columns): what is added to the scores, -inf or 0."""
        batch, heads = keys.shape[:2]
        split = query.view(batch, heads, -1, query.shape[2])
        kernel = flash if flash_pays(keys, values) else products
        means, log_weight = kernel(split, keys, values, hidden, scaling)
        return cls(means.flatten(0, 1), log_weight.flatten(0, 1)[:, :, None])

    def joined(self, other: "Part") -> torch.Tensor:
        """Attention to the columns of both."""
        share = other.log_weight.sub(self.log_weight).sigmoid_()
        return torch.lerp(self.means.to(share.dtype), other.means.to(share.dtype), share)


Kernel = tuple[torch.Tensor, torch.Tensor]  # means of values, and logarithms of weights (batch, heads, queries)


def flash_pays(keys: torch.Tensor, values: torch.Tensor) -> bool:
    """Whether `flash` can attend to these, and is the faster one."""
    if keys.device.type != "cpu" or keys.shape != values.shape:
        return False
    return keys.dtype == torch.float16 or keys[..., 0].numel() < FEW_KEYS


def flash(
    query: torch.Tensor, keys: torch.Tensor, values: torch.Tensor, hidden: torch.Tensor, scaling: float
) -> Kernel:
    """torch's kernel behind `scaled_dot_product_attention` on a CPU, which is needed for the logarithms."""
    batch, _, queries, _ = query.shape
    mask = hidden.expand(batch, -1, queries, -1)
    means, log_weight = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu(
        query, keys, values, attn_mask=mask, scale=scaling
    )
    return means, log_weight


def products(
    query: torch.Tensor, keys: torch.Tensor, values: torch.Tensor, hidden: torch.Tensor, scaling: float
) -> Kernel:
    """The same by two products, for many keys, for other devices and for values of another width than keys.

    Scores are scaled before they are rounded to the type of the keys. Where a weight is w, its score less log(w) is the
    logarithm of the sum: taken where w is largest, and no sum is needed.
    """
    shape = query.shape[:3]
    added = hidden.expand(*shape[:2], -1, -1).flatten(0, 1)
    scores = torch.baddbmm(added, query.flatten(0, 1), keys.flatten(0, 1).transpose(1, 2), alpha=scaling)
    scores = scores.to(torch.promote_types(scores.dtype, torch.float32))
    weights = scores.softmax(-1)
    log_weight = scores.amax(-1) - weights.amax(-1).log()
    means = torch.bmm(weights.to(values.dtype), values.flatten(0, 1))
    return means.view(*shape, -1), log_weight.view(shape)
