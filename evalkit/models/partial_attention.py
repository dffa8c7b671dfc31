"""Attention to some of the columns, with what it takes to join it with attention to others."""

from typing import NamedTuple, Self

import torch


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
        (batch, queries or 1, columns)."""
        batch, heads, columns, _ = keys.shape
        split = query.view(batch, heads, -1, query.shape[2])
        mask = hidden[:, None].expand(batch, 1, split.shape[2], columns)
        kernel = flash if keys.device.type == "cpu" and keys.shape == values.shape else plain
        means, log_weight = kernel(split, keys, values, mask, scaling)
        return cls(means.flatten(0, 1), log_weight.flatten(0, 1)[:, :, None])

    def joined(self, other: "Part") -> torch.Tensor:
        """Attention to the columns of both."""
        share = other.log_weight.sub(self.log_weight).sigmoid_()
        return torch.lerp(self.means.to(share.dtype), other.means.to(share.dtype), share)


Kernel = tuple[torch.Tensor, torch.Tensor]  # means of values, and logarithms of weights (batch, heads, queries)


def flash(query: torch.Tensor, keys: torch.Tensor, values: torch.Tensor, mask: torch.Tensor, scaling: float) -> Kernel:
    """torch's kernel behind `scaled_dot_product_attention` on a CPU, which is needed for the logarithms."""
    means, log_weight = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu(
        query, keys, values, attn_mask=mask, scale=scaling
    )
    return means, log_weight


def plain(query: torch.Tensor, keys: torch.Tensor, values: torch.Tensor, mask: torch.Tensor, scaling: float) -> Kernel:
    """The same by products, for other devices and for values of another width than keys."""
    scores = torch.matmul(query, keys.transpose(2, 3))
    scores = scores.to(torch.promote_types(scores.dtype, torch.float32)).mul(scaling).add_(mask)
    log_weight = scores.logsumexp(-1)
    weights = scores.sub_(log_weight[..., None]).exp_()
    return torch.matmul(weights.to(values.dtype), values), log_weight
