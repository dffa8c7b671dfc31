"""Weights laid out once the way oneDNN multiplies them.

bf16, on a processor that computes in it: torch hands oneDNN each weight as it is stored, and oneDNN lays it out anew
for every product: between a sixth and a third of the products' time. They are the same bit for bit.

float32 on AMD processors: torch multiplies with Intel's library, which takes up to twice as long there for 2 to 64
rows, and rounds a row otherwise in some small batches. benchmarks/steps.py shows both.
"""

from typing import Any

import torch

from evalkit.models.joining import replace_layers
from evalkit.models.loading import processor_vendor


class PackedLinear(torch.nn.Module):
    """A linear layer whose weight (out_features, in_features) is kept in oneDNN's own layout."""

    def __init__(self, layer: torch.nn.Linear) -> None:
        super().__init__()
        self.packed = torch.ops.mkldnn._reorder_linear_weight(layer.weight.detach())
        self.bias = layer.bias
        self.in_features, self.out_features = layer.in_features, layer.out_features

    @property
    def weight(self) -> torch.Tensor:
        """A copy of the weight as it was, for a model that looks at it."""
        weight: torch.Tensor = self.packed.to_dense()
        return weight

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """(..., in_features) to (..., out_features)."""
        if values.numel() == self.in_features and self.packed.dtype == torch.float32:
            # With AVX-512 and many inputs oneDNN sums a row alone in another order than a row among others.
            twice = values.reshape(1, -1).repeat(2, 1)
            return self.multiply(twice, self.packed, self.bias)[:1].view(*values.shape[:-1], self.out_features)
        return self.multiply(values, self.packed, self.bias)

    @staticmethod
    def multiply(values: torch.Tensor, packed: torch.Tensor, bias: torch.Tensor | None) -> torch.Tensor:
        """The same with a weight that was laid out before."""
        result: torch.Tensor = torch.ops.mkldnn._linear_pointwise(values, packed, bias, "none", [], "")
        return result


def pack_layers(module: Any) -> None:
    """Replace every linear layer; a tied embedding keeps the weight it had."""
    replace_layers(module, PackedLinear)


def pays(device: str, dtype: str) -> bool:
    """Whether this machine draws faster that way. Told by what it is, not timed: each run must round alike."""
    if device != "cpu" or not torch.backends.mkldnn.is_available():  # type: ignore[no-untyped-call]  # of torch
        return False
    if dtype == "bf16":
        return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
    return dtype == "fp32" and processor_vendor() == "AuthenticAMD"
