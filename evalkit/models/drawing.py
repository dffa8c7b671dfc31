"""The draw of `evalkit.sampling`, for many rows at once: one vectorised inverse CDF, in float64.

float64 because the cumulative sums are compared with the uniforms: float32 sums over a vocabulary err by
1e-6 or so, and every draw whose uniform falls that close to a boundary would differ from the specification.
"""

import math
from dataclasses import dataclass

import torch

from evalkit.errors import ConfigError
from evalkit.sampling import MINIMUM_TEMPERATURE, Measure

CHUNK = 2**20  # logits widened at a time: 8 MiB of float64 per intermediate, which stays in the cache


@dataclass(frozen=True, slots=True)
class Draw:
    """One drawn token."""

    token: int
    measure: Measure


def draw(logits: torch.Tensor, temperatures: list[float], uniforms: list[float]) -> list[Draw]:
    """One token per row. `logits` is (rows, vocabulary) in any float type; `uniforms` lie in [0, 1).

    Raises ConfigError where logits are not numbers (a half-precision overflow, or damaged weights).
    """
    if logits.device.type == "mps":  # has no float64
        logits = logits.cpu()
    rows = max(1, CHUNK // logits.shape[1])
    columns = torch.tensor([temperatures, uniforms], dtype=torch.float64, device=logits.device)
    parts = [
        _draw(logits[first : first + rows], *columns[:, first : first + rows]) for first in range(0, len(logits), rows)
    ]
    return [_record(*values) for values in torch.cat(parts, dim=1).T.tolist()]


def _draw(logits: torch.Tensor, temperatures: torch.Tensor, uniforms: torch.Tensor) -> torch.Tensor:
    """(5, rows): token, logprob, drawn logprob, entropy, rank."""
    values = logits.double()  # then in place: fresh memory of this size costs as much as the arithmetic
    values.sub_(values.amax(dim=1, keepdim=True))
    values.clamp_(min=-1e30)  # -inf would make weight 0 times value NaN
    weights = values.exp()
    total = weights.sum(dim=1)
    entropies = total.log() - torch.linalg.vecdot(weights, values) / total
    scale = temperatures.clamp(min=MINIMUM_TEMPERATURE)
    if not bool((scale == 1).all()):
        torch.div(values, scale[:, None], out=weights).exp_()
    cumulative = weights.cumsum_(dim=1)
    drawn_total = cumulative[:, -1].clone()
    tokens = _invert(cumulative.div_(drawn_total[:, None]), uniforms)
    tokens = torch.where(temperatures == 0, logits.argmax(dim=1), tokens)
    chosen = values.gather(1, tokens[:, None])
    drawn = torch.where(temperatures == 0, 0.0, chosen[:, 0] / scale - drawn_total.log())
    ranks = 1 + (values > chosen).sum(dim=1)
    return torch.stack([tokens.double(), chosen[:, 0] - total.log(), drawn, entropies, ranks.double()])


def _invert(cumulative: torch.Tensor, uniforms: torch.Tensor) -> torch.Tensor:
    found = torch.searchsorted(cumulative, uniforms[:, None], right=True)[:, 0]
    return found.clamp(max=cumulative.shape[1] - 1)  # only NaN passes the end; `_record` reports it


def _record(token: float, logprob: float, drawn: float, entropy: float, rank: float) -> Draw:
    if math.isnan(logprob):
        raise ConfigError("The model's logits are not numbers; if it runs in half precision, try dtype fp32.")
    return Draw(int(token), Measure(logprob, drawn, entropy, int(rank)))
