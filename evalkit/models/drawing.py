"""The draw of `evalkit.sampling`, for many rows at once: one vectorised inverse CDF, in float64.

float64 because the cumulative sums are compared with the uniforms: float32 sums over a vocabulary err by
1e-6 or so, and every draw whose uniform falls that close to a boundary would differ from the specification.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import torch

from evalkit.errors import ConfigError
from evalkit.models.alternatives import top_logprobs
from evalkit.models.filtering import penalise, smallest_kept
from evalkit.sampling import MINIMUM_TEMPERATURE, OFF, Measure
from evalkit.types import Shaping

CHUNK = 2**20  # logits widened at a time: 8 MiB of float64 per intermediate, which stays in the cache


@dataclass(frozen=True, slots=True)
class Wanted:
    """How one row's next token is drawn. `seen` are the distinct ids so far, for the repetition penalty; of the
    `top` most likely tokens the logprobs are wanted."""

    temperature: float
    uniform: float
    shaping: Shaping = OFF
    seen: Sequence[int] = ()
    top: int = 0


@dataclass(frozen=True, slots=True)
class Draw:
    """One drawn token."""

    token: int
    measure: Measure
    top: list[tuple[int, float]] = field(default_factory=list)


def draw(logits: torch.Tensor, wanted: Sequence[Wanted]) -> list[Draw]:
    """One token per row. `logits` is (rows, vocabulary) in any float type.

    Raises ConfigError where logits are not numbers (a half-precision overflow, or damaged weights).
    """
    if logits.device.type == "mps":  # has no float64
        logits = logits.cpu()
    rows = max(1, CHUNK // logits.shape[1])
    parts = [_draw(logits[first : first + rows], wanted[first : first + rows]) for first in range(0, len(logits), rows)]
    tops = top_logprobs(logits, [each.top for each in wanted])
    return [_record(values, top) for values, top in zip(torch.cat(parts, dim=1).T.tolist(), tops, strict=True)]


def _draw(logits: torch.Tensor, wanted: Sequence[Wanted]) -> torch.Tensor:
    """(5, rows): token, logprob, drawn logprob, entropy, rank."""
    pairs = [[each.temperature for each in wanted], [each.uniform for each in wanted]]
    temperatures, uniforms = torch.tensor(pairs, dtype=torch.float64, device=logits.device)
    values = _shifted(logits.to(torch.float64, copy=True))
    weights = values.exp()
    total = weights.sum(dim=1)
    entropies = total.log() - torch.linalg.vecdot(weights, values) / total
    scale = temperatures.clamp(min=MINIMUM_TEMPERATURE)
    shaped, most_likely = _penalised(logits, values, wanted)
    if any(each.temperature != 1 or each.shaping != OFF for each in wanted):
        torch.div(shaped, scale[:, None], out=weights)
        _remove(weights, wanted)
        weights.exp_()
    cumulative = weights.cumsum_(dim=1)
    drawn_total = cumulative[:, -1].clone()
    tokens = _invert(cumulative.div_(drawn_total[:, None]), uniforms)
    tokens = torch.where(temperatures == 0, most_likely, tokens)
    chosen = values.gather(1, tokens[:, None])
    drawn = shaped.gather(1, tokens[:, None])[:, 0] / scale - drawn_total.log()
    drawn = torch.where(temperatures == 0, 0.0, drawn)
    ranks = 1 + (values > chosen).sum(dim=1)
    return torch.stack([tokens.double(), chosen[:, 0] - total.log(), drawn, entropies, ranks.double()])


def _shifted(values: torch.Tensor) -> torch.Tensor:
    """In place: fresh memory of this size costs as much as the arithmetic."""
    values.sub_(values.amax(dim=1, keepdim=True))
    return values.clamp_(min=-1e30)  # -inf would make weight 0 times value NaN


def _penalised(
    logits: torch.Tensor, values: torch.Tensor, wanted: Sequence[Wanted]
) -> tuple[torch.Tensor, torch.Tensor]:
    """The values that the draw goes by, and the most likely token of each row."""
    if all(each.shaping.repetition_penalty is None for each in wanted):
        return values, logits.argmax(dim=1)
    shaped = penalise(logits, [each.shaping for each in wanted], [each.seen for each in wanted])
    most_likely = shaped.argmax(dim=1)
    return _shifted(shaped), most_likely


def _remove(values: torch.Tensor, wanted: Sequence[Wanted]) -> None:
    shapings = [each.shaping for each in wanted]
    if any(shaping.top_k or shaping.top_p or shaping.min_p for shaping in shapings):
        values.masked_fill_(values < smallest_kept(values, shapings)[:, None], -math.inf)


def _invert(cumulative: torch.Tensor, uniforms: torch.Tensor) -> torch.Tensor:
    found = torch.searchsorted(cumulative, uniforms[:, None], right=True)[:, 0]
    return found.clamp(max=cumulative.shape[1] - 1)  # only NaN passes the end; `_record` reports it


def _record(values: Sequence[float], top: list[tuple[int, float]]) -> Draw:
    token, logprob, drawn, entropy, rank = values
    if math.isnan(logprob):
        raise ConfigError("The model's logits are not numbers; if it runs in half precision, try dtype fp32.")
    return Draw(int(token), Measure(logprob, drawn, entropy, int(rank)), top)
