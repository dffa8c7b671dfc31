"""The draw of `evalkit.sampling`, for many rows at once: one vectorised inverse CDF.

Weights are float32, as the logits are at best; their sums are kept in float64 for each block of the vocabulary, because
float32 sums over a whole vocabulary err by 1e-6 and more. A uniform is looked for among the blocks, then inside of one.
Samples that draw from the same logits at the same temperature share all but that search.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import torch

from evalkit.errors import ConfigError
from evalkit.models.alternatives import top_logprobs
from evalkit.models.filtering import penalise, smallest_kept
from evalkit.models.transfer import Arriving, to_device
from evalkit.sampling import MINIMUM_TEMPERATURE, OFF, Measure
from evalkit.types import Shaping

CHUNK = 2**20  # logits at a time: what is made of them, 4 MiB each, stays in the processor's cache
BLOCK = 64


@dataclass(frozen=True, slots=True)
class Wanted:
    """How one sample's next token is drawn. `seen` are the distinct ids so far, for the repetition penalty; of the
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


def draw(logits: torch.Tensor, wanted: Sequence[Wanted], owners: Sequence[int] | None = None) -> list[Draw]:
    """One token for each of `wanted`. `logits` is (rows, vocabulary) in any float type; `owners` says which row each
    is drawn from, by default one after the other.

    Raises ConfigError where logits are not numbers (a half-precision overflow, or damaged weights).
    """
    if logits.device.type == "mps":  # has no float64
        logits = logits.cpu()
    owners = range(len(wanted)) if owners is None else owners
    drawn = records(Arriving(draw_there(logits, wanted, owners)))
    if not any(each.top for each in wanted):
        return drawn
    logits = _rows(logits, owners)
    chosen = logits.gather(1, torch.tensor([[each.token] for each in drawn], device=logits.device))[:, 0].tolist()
    totals = [logit - each.measure.logprob for logit, each in zip(chosen, drawn, strict=True)]
    tops = top_logprobs(logits, [each.top for each in wanted], totals)
    return [replace(each, top=top) for each, top in zip(drawn, tops, strict=True)]


def draw_there(logits: torch.Tensor, wanted: Sequence[Wanted], owners: Sequence[int]) -> torch.Tensor:
    """(samples, 5) on the device of the logits: token, logprob, drawn logprob, entropy, rank.

    The host waits for nothing, unless a row asks for top-p.
    """
    size = max(1, CHUNK // logits.shape[1])
    chunks = [slice(first, first + size) for first in range(0, len(wanted), size)]
    return torch.cat([_draw_some(logits, wanted[chunk], owners[chunk]) for chunk in chunks], dim=1).T


def _rows(logits: torch.Tensor, owners: Sequence[int]) -> torch.Tensor:
    """These rows of the logits; no copy where they lie one after the other."""
    if list(owners) == list(range(owners[0], owners[0] + len(owners))):
        return logits[owners[0] : owners[0] + len(owners)]
    return logits.index_select(0, to_device(owners, logits.device))


def records(values: Arriving) -> list[Draw]:
    """What `draw_there` drew, once it is here. Raises ConfigError where logits are not numbers."""
    return [_record(each) for each in values.tolist()]


def _draw_some(logits: torch.Tensor, wanted: Sequence[Wanted], owners: Sequence[int]) -> torch.Tensor:
    """(5, samples), with one distribution for all samples that draw from the same."""
    places: dict[tuple[object, ...], int] = {}
    firsts: list[int] = []
    which: list[int] = []
    for sample, (each, owner) in enumerate(zip(wanted, owners, strict=True)):
        penalised = id(each.seen) if each.shaping.repetition_penalty is not None else None
        place = places.setdefault((owner, each.temperature, each.shaping, penalised), len(firsts))
        if place == len(firsts):
            firsts.append(sample)
        which.append(place)
    rows = _rows(logits, [owners[first] for first in firsts])
    uniforms = to_device([each.uniform for each in wanted], logits.device, torch.float64)
    shared = to_device(which, logits.device) if len(firsts) < len(wanted) else None
    return _draw(rows, [wanted[first] for first in firsts], uniforms, shared)


def _draw(
    logits: torch.Tensor, wanted: Sequence[Wanted], uniforms: torch.Tensor, which: torch.Tensor | None
) -> torch.Tensor:
    """(5, samples): token, logprob, drawn logprob, entropy, rank. `logits` and `wanted` are of each distribution,
    `which` (samples) says from which one a sample draws; None: each from its own."""
    temperatures = to_device([each.temperature for each in wanted], logits.device, torch.float64)
    logits = logits if logits.dtype == torch.float64 else logits.float()
    values = _shifted(logits)
    weights = _exp(values, 1.0, torch.empty_like(values))
    total = weights.sum(dim=1).double()
    entropies = total.log() - torch.linalg.vecdot(weights, values).double() / total
    shaped = _penalised(logits, values, wanted)
    if all(each.temperature == 0 for each in wanted):
        tokens, drawn = _each(_argmax(shaped), which), torch.zeros_like(uniforms)
    else:
        tokens, drawn = _sampled(shaped, weights, temperatures, uniforms, wanted, which)
    chosen = _at(values, tokens, which)
    rows = _each(values, which)
    out = weights if which is None else rows  # as numbers: whole, and faster than truth values
    above = torch.gt(rows, chosen[:, None], out=out).sum(dim=1)
    logprobs = chosen.double() - _each(total, which).log()
    return torch.stack([tokens.double(), logprobs, drawn, _each(entropies, which), 1 + above.double()])


def _each(values: torch.Tensor, which: torch.Tensor | None) -> torch.Tensor:
    """Of each distribution's values, those of each sample."""
    return values if which is None else values.index_select(0, which)


def _at(values: torch.Tensor, tokens: torch.Tensor, which: torch.Tensor | None) -> torch.Tensor:
    """Each sample's own value (samples) among those of its distribution (distributions, vocabulary)."""
    if which is None:
        return values.gather(1, tokens[:, None])[:, 0]
    return values.view(-1).index_select(0, which * values.shape[1] + tokens)


def _sampled(
    shaped: torch.Tensor,
    weights: torch.Tensor,
    temperatures: torch.Tensor,
    uniforms: torch.Tensor,
    wanted: Sequence[Wanted],
    which: torch.Tensor | None,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Tokens, and their logprobs as drawn. `weights` are those at T=1, and are written over."""
    greedy = temperatures == 0
    scale = temperatures.masked_fill(greedy, 1).clamp(min=MINIMUM_TEMPERATURE)
    if any(each.temperature != 1 or each.shaping != OFF for each in wanted):
        _exp(shaped, 1 / scale[:, None], weights)
        _remove(weights, shaped, scale, wanted)
    tokens, total = _invert(weights, uniforms, which)
    if any(each.temperature == 0 for each in wanted):
        tokens = torch.where(_each(greedy, which), _each(_argmax(shaped), which), tokens)
    drawn = _at(shaped, tokens, which).double() / _each(scale, which) - total.log()
    return tokens, drawn.masked_fill(_each(greedy, which), 0)


def _exp(values: torch.Tensor, factor: torch.Tensor | float, out: torch.Tensor) -> torch.Tensor:
    """exp(values * factor) in `out`, as a power of two: MKL's exp takes many times as long where results underflow."""
    factors = factor * math.log2(math.e)
    torch.mul(values, factors.to(values.dtype) if isinstance(factors, torch.Tensor) else factors, out=out)
    return out.exp2_()


def _argmax(values: torch.Tensor) -> torch.Tensor:
    """The first of the largest, by blocks: torch's own goes through them one by one."""
    blocks = values.view(len(values), -1, BLOCK)
    block = blocks.amax(dim=2).argmax(dim=1, keepdim=True)
    inside = blocks.gather(1, block[:, :, None].expand(-1, -1, BLOCK))[:, 0]
    return block[:, 0] * BLOCK + inside.argmax(dim=1)


def _shifted(logits: torch.Tensor) -> torch.Tensor:
    """Less their maximum, in new memory, and filled up to whole blocks with what has no weight."""
    width = -(-logits.shape[1] // BLOCK) * BLOCK
    values = logits.new_empty((len(logits), width))
    values[:, logits.shape[1] :] = -1e30
    torch.sub(logits, logits.amax(dim=1, keepdim=True), out=values[:, : logits.shape[1]])
    return values.clamp_(min=-1e30)  # -inf would make weight 0 times value NaN


def _penalised(logits: torch.Tensor, values: torch.Tensor, wanted: Sequence[Wanted]) -> torch.Tensor:
    """The values that the draw goes by."""
    if all(each.shaping.repetition_penalty is None for each in wanted):
        return values
    return _shifted(penalise(logits, [each.shaping for each in wanted], [each.seen for each in wanted]))


def _remove(weights: torch.Tensor, shaped: torch.Tensor, scale: torch.Tensor, wanted: Sequence[Wanted]) -> None:
    """No weight for what top-k, top-p and min-p leave out."""
    shapings = [each.shaping for each in wanted]
    if any(shaping.top_k or shaping.top_p or shaping.min_p for shaping in shapings):
        values = shaped / scale[:, None].to(shaped.dtype)
        weights.masked_fill_(values < smallest_kept(values, shapings)[:, None], 0)


def _invert(
    weights: torch.Tensor, uniforms: torch.Tensor, which: torch.Tensor | None
) -> tuple[torch.Tensor, torch.Tensor]:
    """The first token of each sample whose cumulative weight exceeds that share of the total; and the total."""
    blocks = weights.view(len(weights), -1, BLOCK)
    sums = _each(torch.nn.functional.pad(blocks.sum(dim=2).double().cumsum(dim=1), (1, 0)), which)
    total = sums[:, -1].contiguous()
    target = (uniforms * total).minimum(total.nextafter(torch.zeros_like(total)))[:, None]
    block = torch.searchsorted(sums[:, 1:].contiguous(), target, right=True).clamp(max=blocks.shape[1] - 1)
    rows = torch.arange(len(uniforms), device=weights.device) if which is None else which
    inside = blocks.flatten(0, 1).index_select(0, rows * blocks.shape[1] + block[:, 0])
    place = torch.searchsorted(inside.double().cumsum(dim=1) + sums.gather(1, block), target, right=True)
    # The sum of a block and that of its weights one by one are rounded differently: the target may lie between.
    last = BLOCK - 1 - (inside.flip(1) > 0).to(torch.uint8).argmax(dim=1, keepdim=True)
    return (block * BLOCK + place.minimum(last))[:, 0], total


def _record(values: Sequence[float]) -> Draw:
    token, logprob, drawn, entropy, rank = values
    if math.isnan(logprob):
        raise ConfigError("The model's logits are not numbers; if it runs in half precision, try dtype fp32.")
    return Draw(int(token), Measure(logprob, drawn, entropy, int(rank)))
