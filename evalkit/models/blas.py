"""One row at a time on AMD processors: products of a matrix and a vector through the BLAS that NumPy is built with.

torch multiplies float32 with Intel's library, which takes nearly twice as long for one row there as OpenBLAS, which
NumPy brings. For more rows there is oneDNN (`packing`): OpenBLAS rounds a row by where in the batch it is.
benchmarks/steps.py measures them.
"""

from typing import Any

import numpy as np
import torch
from threadpoolctl import threadpool_limits

from evalkit.models.loading import processor_vendor


class BlasLinear(torch.nn.Linear):
    """A linear layer whose weight lies transposed in memory, (in_features, out_features); NumPy multiplies one row."""

    @staticmethod
    def adopt(layer: torch.nn.Linear) -> None:
        """Make a layer one of these. Its weight keeps its shape and values."""
        weight = layer.weight.detach().t().contiguous().t()
        layer.weight = torch.nn.Parameter(weight, requires_grad=False)  # a tied embedding keeps the weight it had
        layer.__class__ = BlasLinear

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """(..., in_features) to (..., out_features)."""
        if values.numel() != self.in_features:
            return super().forward(values)
        rows = values.detach().reshape(1, -1)
        result = rows.new_empty((1, self.out_features))
        np.matmul(rows.numpy(), self.weight.numpy().T, out=result.numpy())
        if self.bias is not None:
            result.add_(self.bias.detach())
        return result.view(*values.shape[:-1], self.out_features)


def adopt_layers(module: Any) -> None:
    """Let every linear layer of a float32 model on the CPU multiply one row by NumPy, with as many threads as torch."""
    for layer in module.modules():
        if type(layer) is torch.nn.Linear and layer.weight.dtype == torch.float32:
            BlasLinear.adopt(layer)
    limit_threads(torch.get_num_threads())


def limit_threads(count: int) -> None:
    """The threads of every BLAS that is loaded; torch's own are set apart."""
    threadpool_limits(count, user_api="blas")


def pays(device: str, dtype: str, batch_size: int | None) -> bool:
    """Whether this machine draws faster that way. Told by what it is, not timed: each run must round alike."""
    return (
        batch_size == 1
        and device == "cpu"
        and dtype == "fp32"
        and processor_vendor() == "AuthenticAMD"
        and _numpy_has_openblas()
    )


def _numpy_has_openblas() -> bool:
    built = np.show_config(mode="dicts") or {}
    return "openblas" in str(built.get("Build Dependencies", {}).get("blas", {}).get("name", ""))
