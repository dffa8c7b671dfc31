"""The documented sampling loop. This file is the specification; every engine is tested against it.

    probabilities = softmax(logits / max(temperature, 1e-8))
    token = the first whose cumulative probability exceeds one uniform number
    append, and again, until end-of-sequence, a stop string or max_new_tokens (or, where asked, until the first
    top-level definition is finished: `evalkit.stopping`)

Nothing in the loop reads requirements or runs code: a token is drawn because it is likely. Temperature 0 is the
limit: the most likely token, lowest id on a tie.

Off unless asked for (`Shaping`), and applied in this order, the one of transformers: repetition penalty, temperature,
top-k, top-p, min-p, each on what the one before left. None of them removes the most likely token.
"""

import math
import secrets
from collections.abc import Callable, Collection, Sequence
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evalkit.errors import ConfigError
from evalkit.stopping import Stops, settled_text
from evalkit.types import Completion, SampleKey, Shaping, StopReason, TokenTrace

Floats = NDArray[np.float64]
MINIMUM_TEMPERATURE = 1e-8  # keeps the division defined; underflows to 0 in float16, so never compute there
OFF = Shaping()


class Measure(NamedTuple):
    """What is recorded of one drawn token. Natural logarithms; `rank` counts from 1 (most likely)."""

    logprob: float  # at T=1, whatever the temperature: this scores plausibility
    drawn_logprob: float  # under the distribution it was drawn from
    entropy: float  # of the distribution at T=1
    rank: int


def check_temperature(temperature: float) -> None:
    """Raises ConfigError for a temperature that is below 0, NaN or infinite."""
    if not (math.isfinite(temperature) and temperature >= 0):
        raise ConfigError(f"The temperature must be a finite number, 0 or more, not {temperature!r}.")


def check_shaping(shaping: Shaping) -> None:
    """Raises ConfigError for a value that is out of range."""
    k, p, least, penalty = shaping.top_k, shaping.top_p, shaping.min_p, shaping.repetition_penalty
    wrong = {
        f"top_k must be 1 or more, not {k!r}.": k is not None and not k >= 1,
        f"top_p must be above 0 and at most 1, not {p!r}.": p is not None and not 0 < p <= 1,
        f"min_p must be from 0 to 1, not {least!r}.": least is not None and not 0 <= least <= 1,
        f"repetition_penalty must be finite and above 0, not {penalty!r}.": penalty is not None
        and not 0 < penalty < math.inf,
    }
    if found := next((message for message, is_wrong in wrong.items() if is_wrong), None):
        raise ConfigError(found)


def next_token_probabilities(
    logits: ArrayLike, temperature: float, shaping: Shaping = OFF, seen: Collection[int] = ()
) -> Floats:
    """Softmax of `logits / max(temperature, 1e-8)`, float64, the maximum subtracted first.

    `logits` has shape (vocabulary,); `seen` are the token ids of prompt and completion so far, which only the
    repetition penalty looks at. Raises ConfigError for a wrong temperature or shaping.

    >>> next_token_probabilities([2.0, 1.5, 0.8, 0.3, -1.0], 0.7).round(4).tolist()
    [0.5645, 0.2763, 0.1017, 0.0498, 0.0078]
    """
    check_temperature(temperature)
    check_shaping(shaping)
    scaled = penalised(logits, shaping, seen) / max(temperature, MINIMUM_TEMPERATURE)
    weights: Floats = np.exp(filtered(scaled - scaled.max(), shaping))
    probabilities: Floats = weights / weights.sum()
    return probabilities


def penalised(logits: ArrayLike, shaping: Shaping, seen: Collection[int]) -> Floats:
    """The logits (float64) with those of seen tokens made less likely, for a penalty above 1: divided by it where
    positive, else multiplied. Keskar et al. 2019 (arXiv 1909.05858), section 4.1, made right for negative logits as
    in transformers.

    >>> penalised([2.0, -1.0, 1.0], Shaping(repetition_penalty=2.0), seen=[0, 1, 1]).tolist()
    [1.0, -2.0, 1.0]
    """
    values = np.array(logits, dtype=np.float64)
    if (penalty := shaping.repetition_penalty) is not None:
        ids = sorted(set(seen))
        values[ids] = np.where(values[ids] > 0, values[ids] / penalty, values[ids] * penalty)
    return values


def filtered(values: Floats, shaping: Shaping) -> Floats:
    """The values (logits by temperature, the largest 0) with those of removed tokens set to -inf.

    top-k keeps the k largest (Fan et al. 2018, arXiv 1805.04833). top-p keeps the smallest set of most likely
    tokens whose probabilities add up to p at least (Holtzman et al. 2020, arXiv 1904.09751). min-p keeps those with at
    least that share of the largest probability (Nguyen et al. 2024, arXiv 2407.01082). Tokens that tie with the last
    one kept are kept too.

    >>> filtered(np.log([1.0, 0.5, 0.5, 0.1]), Shaping(top_k=2)).round(2).tolist()
    [0.0, -0.69, -0.69, -inf]
    >>> filtered(np.log([1.0, 0.6, 0.3, 0.1]), Shaping(top_p=0.75)).round(2).tolist()
    [0.0, -0.51, -inf, -inf]
    """
    if shaping.top_k is not None:
        values = _at_least(values, np.sort(values)[::-1][min(shaping.top_k, len(values)) - 1])
    if shaping.top_p is not None and shaping.top_p < 1:  # rounded sums would cut the tail at 1
        descending = np.sort(values)[::-1]
        sums = np.cumsum(np.exp(descending))
        values = _at_least(values, descending[int((sums / sums[-1] >= shaping.top_p).argmax())])
    if shaping.min_p:
        values = _at_least(values, math.log(shaping.min_p))
    return values


def _at_least(values: Floats, smallest: float) -> Floats:
    return np.where(values >= smallest, values, -np.inf)


def sample_next_token(
    logits: ArrayLike,
    temperature: float,
    uniform: float | None = None,
    shaping: Shaping = OFF,
    seen: Collection[int] = (),
) -> int:
    """Draw one token id: inverse CDF, as `numpy.random.Generator.choice(p=...)` draws.

    `uniform` is a number in [0, 1); None takes a fresh random one. Temperature 0 is argmax, the lowest id
    on a tie.

    >>> sample_next_token([2.0, 1.5, 0.8, 0.3, -1.0], temperature=1.0, uniform=0.5)
    1
    """
    check_temperature(temperature)
    if temperature == 0:
        return int(np.argmax(penalised(logits, shaping, seen)))
    if uniform is None:
        uniform = secrets.SystemRandom().random()
    return token_at(cumulative(next_token_probabilities(logits, temperature, shaping, seen)), uniform)


def cumulative(probabilities: Floats) -> Floats:
    """The distribution function over token ids, ending in 1; shape (vocabulary,)."""
    sums = np.cumsum(probabilities)
    return np.asarray(sums / sums[-1], dtype=np.float64)


def token_at(distribution: Floats, uniform: float) -> int:
    """The token whose step of the distribution function the number in [0, 1) falls into."""
    return int(np.searchsorted(distribution, uniform, side="right"))


def uniforms(seed: int, key: SampleKey, count: int) -> Floats:
    """The first `count` numbers in [0, 1) of one sample's own random stream; position t uses number t.

    The stream is counter-based (Philox) and keyed by run seed, task, cell and index alone, so a draw does
    not depend on batch size, order, resume or machine count; a longer stream begins with the shorter one.
    """
    text = "\x1f".join((str(seed), key.task_id, key.cell.key, str(key.index)))
    digest = blake2b(text.encode(), digest_size=16).digest()
    return np.random.Generator(np.random.Philox(key=int.from_bytes(digest, "big"))).random(count)


def measure(
    logits: ArrayLike, token: int, temperature: float, shaping: Shaping = OFF, seen: Collection[int] = ()
) -> Measure:
    """What is recorded of `token`. At temperature 0 all weight is on one token: its drawn logprob is 0.

    >>> measure([2.0, 1.5, 0.8, 0.3, -1.0], token=1, temperature=1.0).rank
    2
    """
    values = np.asarray(logits, dtype=np.float64)
    logprobs = _log_softmax(values)
    drawn = 0.0
    if temperature > 0:
        scaled = penalised(values, shaping, seen) / max(temperature, MINIMUM_TEMPERATURE)
        drawn = _log_softmax(filtered(scaled - scaled.max(), shaping))[token]
    possible = logprobs[logprobs > -np.inf]  # p log p is 0 where p is 0
    entropy = -(np.exp(possible) * possible).sum()
    rank = 1 + int((values > values[token]).sum())
    return Measure(float(logprobs[token]), float(drawn), float(entropy), rank)


def most_likely(logits: ArrayLike, count: int) -> list[tuple[int, float]]:
    """The `count` most likely token ids with their logprobs at T=1, the most likely first, lowest id on a tie.

    >>> [(token, round(logprob, 3)) for token, logprob in most_likely([1.5, 2.0, 1.5], 2)]
    [(1, -0.794), (0, -1.294)]
    """
    logprobs = _log_softmax(np.asarray(logits, dtype=np.float64))
    order = np.argsort(-logprobs, kind="stable")[:count]
    return [(int(token), float(logprobs[token])) for token in order]


def _log_softmax(values: Floats) -> Floats:
    shifted = values - values.max()
    result: Floats = shifted - np.log(np.exp(shifted).sum())
    return result


def generate(
    logits_of: Callable[[Sequence[int]], ArrayLike],
    encode: Callable[[str], Sequence[int]],
    decode: Callable[[Sequence[int]], str],
    prompt: str,
    *,
    temperature: float,
    uniforms: Sequence[float] | Floats,
    max_new_tokens: int,
    eos: Collection[int] = (),
    stop: Sequence[str] = (),
    shaping: Shaping = OFF,
    stop_after_definition: bool = False,
    top_logprobs: int = 0,
) -> Completion:
    """The loop, one sample, no cache: `logits_of(ids)` are those of the position after `ids`.

    `decode(ids)` is the text of the drawn ids. `uniforms` has at least `max_new_tokens` numbers.
    """
    context = list(encode(prompt))
    start = len(context)
    measures: list[Measure] = []
    ends: list[int] = []
    tops: list[list[tuple[int, float]]] = []
    text, settled, reason = "", "", StopReason.MAX_NEW_TOKENS
    stops = Stops(stop, stop_after_definition)
    for uniform in uniforms[:max_new_tokens]:
        logits = logits_of(context)
        token = sample_next_token(logits, temperature, float(uniform), shaping, seen=context)
        # EOS is drawn too, so its logprob counts.
        measures.append(measure(logits, token, temperature, shaping, seen=context))
        tops.append(most_likely(logits, top_logprobs) if top_logprobs else [])
        context.append(token)
        if token in eos:
            reason = StopReason.EOS
            break
        text = decode(context[start:])
        found = stops.find(text, searched=len(settled))
        settled = settled_text(text, settled)
        ends.append(len(settled))
        if found is not None:
            cut, reason = found
            text = text[:cut]
            break
    return Completion(text, reason, start, trace(context[start:], measures, ends, text, tops))


def trace(
    ids: Sequence[int],
    measures: Sequence[Measure],
    ends: Sequence[int],
    text: str,
    tops: Sequence[Sequence[tuple[int, float]]] = (),
) -> TokenTrace:
    """The record of one sample's tokens. No token ends after the kept text, and the last ends with it."""
    tops = tops if any(tops) else ()
    kept = [min(end, len(text)) for end in ends[: len(ids) - 1]]
    return TokenTrace(
        tuple(ids),
        tuple(each.logprob for each in measures),
        tuple(each.drawn_logprob for each in measures),
        tuple(each.entropy for each in measures),
        tuple(each.rank for each in measures),
        (*kept, len(text)) if ids else (),
        tuple(tuple(token for token, _ in top) for top in tops),
        tuple(tuple(logprob for _, logprob in top) for top in tops),
    )
