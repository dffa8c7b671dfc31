"""int8 weights on a CPU, for speed where their effect on the log-probabilities is acceptable; it is measured.

Weights are rounded to 8 bits by output channel, activations by row, each symmetrically by its largest value; products
are summed as integers (FBGEMM through torch). The library scales activations by tensor; each row is scaled here
first, and a last row pins the range, so that a row's result does not depend on the rows beside it. Without the VNNI
instructions, sums of two products would overflow 16 bits: activations have 7 bits there, and twice the effect.
"""

import warnings
from typing import Any

import torch

from evalkit.errors import ConfigError
from evalkit.models.joining import replace_layers
from evalkit.models.loading import processor_flags

PROBE = '''def running_mean(values, window):
    """Return the mean of each run of `window` neighbours, from the first to the last."""
    if window < 1:
        raise ValueError(f"window must be at least 1, not {window}")
    total = sum(values[:window])
    means = [total / window]
    for new, old in zip(values[window:], values):
        total += new - old
        means.append(total / window)
    return means


class Stack:
    def __init__(self):
        self.items = []

    def push(self, item):
        self.items.append(item)

    def pop(self):
        if not self.items:
            raise IndexError("pop from an empty stack")
        return self.items.pop()
'''


class Int8Linear(torch.nn.Module):
    """A linear layer with packed int8 weights."""

    def __init__(self, layer: torch.nn.Linear) -> None:
        super().__init__()
        weight = layer.weight.detach().float()
        scales = weight.abs().amax(dim=1).clamp(min=torch.finfo(torch.float32).tiny) / 127
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch plans to rename this; there is no other way to FBGEMM yet
            zeros = torch.zeros(len(scales), dtype=torch.int64)
            rounded = torch.quantize_per_channel(weight, scales.double(), zeros, 0, torch.qint8)
            self.packed = torch.ops.quantized.linear_prepack(rounded, None)
        self.bias, self.reduced = layer.bias, activation_bits() == 7
        self.in_features, self.out_features = layer.in_features, layer.out_features

    @property
    def weight(self) -> torch.Tensor:
        """The rounded weight (out_features, in_features), for a model that looks at it."""
        weight: torch.Tensor = torch.ops.quantized.linear_unpack(self.packed)[0].dequantize()
        return weight

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """(..., in_features) to (..., out_features)."""
        rows = values.reshape(-1, self.in_features)
        largest = rows.abs().amax(dim=1, keepdim=True).clamp_(min=torch.finfo(torch.float32).tiny)
        scaled = rows.new_zeros((len(rows) + 1, self.in_features))
        torch.div(rows, largest, out=scaled[:-1])
        scaled[-1, 0], scaled[-1, -1] = 1.0, -1.0
        result: torch.Tensor = torch.ops.quantized.linear_dynamic(scaled, self.packed, self.reduced)[:-1]
        result.mul_(largest)
        if self.bias is not None:
            result.add_(self.bias)
        return result.view(*values.shape[:-1], self.out_features)


@torch.inference_mode()
def quantise(module: Any, probe_ids: list[int]) -> dict[str, float]:
    """Replace every linear layer; returns what that does to the log-probabilities (nats) of the probe's tokens."""
    before = _logprobs(module, probe_ids)
    layers = replace_layers(module, Int8Linear)
    after = _logprobs(module, probe_ids)
    ids = torch.tensor(probe_ids[1:])[:, None]
    change = (after - before).gather(1, ids)
    return {
        "layers": layers,
        "activation_bits": activation_bits(),
        "tokens": len(ids),
        "mean_logprob_change": _rounded(change.mean()),
        "mean_absolute_logprob_change": _rounded(change.abs().mean()),
        "largest_logprob_change": _rounded(change.abs().max()),
        "mean_divergence": _rounded((before.exp() * (before - after)).sum(dim=1).mean()),
    }


def activation_bits() -> int:
    """8 where the processor adds products in 32 bits (VNNI), else 7."""
    return 8 if processor_flags() & {"avx512_vnni", "avx_vnni"} else 7


def check(device: str) -> None:
    """Raises ConfigError where int8 weights cannot be used."""
    if device != "cpu" or "fbgemm" not in torch.backends.quantized.supported_engines:
        raise ConfigError("dtype int8 needs an x86 processor; choose auto, fp32, bf16 or fp16.")


def _logprobs(module: Any, ids: list[int]) -> torch.Tensor:
    logits: torch.Tensor = module(input_ids=torch.tensor([ids]), use_cache=False).logits
    return logits[0, :-1].float().log_softmax(-1)


def _rounded(value: torch.Tensor) -> float:
    return float(f"{float(value):.2g}")
