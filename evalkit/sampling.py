"""The documented sampling loop. This file is the specification; every engine is tested against it.

    probabilities = softmax(logits / max(temperature, 1e-8))
    token = the first whose cumulative probability exceeds one uniform number
    append, and again, until end-of-sequence, a stop string or max_new_tokens

Nothing in the loop reads requirements or runs code: a token is drawn because it is likely. There is no
top-k, top-p or repetition penalty. Temperature 0 is the limit: the most likely token, lowest id on a tie.
"""

import math
import secrets
from collections.abc import Callable, Collection, Sequence
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evalkit.errors import ConfigError
from evalkit.types import Completion, SampleKey, StopReason, TokenTrace

Floats = NDArray[np.float64]
MINIMUM_TEMPERATURE = 1e-8  # keeps the division defined; underflows to 0 in float16, so never compute there


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


def next_token_probabilities(logits: ArrayLike, temperature: float) -> Floats:
    """Softmax of `logits / max(temperature, 1e-8)`, float64, the maximum subtracted first.

    `logits` has shape (vocabulary,). Raises ConfigError for a wrong temperature.

    >>> next_token_probabilities([2.0, 1.5, 0.8, 0.3, -1.0], 0.7).round(4).tolist()
    [0.5645, 0.2763, 0.1017, 0.0498, 0.0078]
    """
    check_temperature(temperature)
    scaled = np.asarray(logits, dtype=np.float64) / max(temperature, MINIMUM_TEMPERATURE)
    weights: Floats = np.exp(scaled - scaled.max())
    probabilities: Floats = weights / weights.sum()
    return probabilities


def sample_next_token(logits: ArrayLike, temperature: float, uniform: float | None = None) -> int:
    """Draw one token id: inverse CDF, as `numpy.random.Generator.choice(p=...)` draws.

    `uniform` is a number in [0, 1); None takes a fresh random one. Temperature 0 is argmax, the lowest id
    on a tie.

    >>> sample_next_token([2.0, 1.5, 0.8, 0.3, -1.0], temperature=1.0, uniform=0.5)
    1
    """
    check_temperature(temperature)
    if temperature == 0:
        return int(np.argmax(logits))
    if uniform is None:
        uniform = secrets.SystemRandom().random()
    cumulative = np.cumsum(next_token_probabilities(logits, temperature))
    return int(np.searchsorted(cumulative / cumulative[-1], uniform, side="right"))


def uniforms(seed: int, key: SampleKey, count: int) -> Floats:
    """The first `count` numbers in [0, 1) of one sample's own random stream; position t uses number t.

    The stream is counter-based (Philox) and keyed by run seed, task, cell and index alone, so a draw does
    not depend on batch size, order, resume or machine count; a longer stream begins with the shorter one.
    """
    text = "\x1f".join((str(seed), key.task_id, key.cell.key, str(key.index)))
    digest = blake2b(text.encode(), digest_size=16).digest()
    return np.random.Generator(np.random.Philox(key=int.from_bytes(digest, "big"))).random(count)


def measure(logits: ArrayLike, token: int, temperature: float) -> Measure:
    """What is recorded of `token`. At temperature 0 all weight is on one token: its drawn logprob is 0.

    >>> measure([2.0, 1.5, 0.8, 0.3, -1.0], token=1, temperature=1.0).rank
    2
    """
    values = np.asarray(logits, dtype=np.float64)
    logprobs = _log_softmax(values)
    drawn = _log_softmax(values / max(temperature, MINIMUM_TEMPERATURE))[token] if temperature > 0 else 0.0
    possible = logprobs[logprobs > -np.inf]  # p log p is 0 where p is 0
    entropy = -(np.exp(possible) * possible).sum()
    rank = 1 + int((values > values[token]).sum())
    return Measure(float(logprobs[token]), float(drawn), float(entropy), rank)


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
) -> Completion:
    """The loop, one sample, no cache: `logits_of(ids)` are those of the position after `ids`.

    `decode(ids)` is the text of the drawn ids. `uniforms` has at least `max_new_tokens` numbers.
    """
    context = list(encode(prompt))
    start = len(context)
    measures: list[Measure] = []
    ends: list[int] = []
    text, settled, reason = "", "", StopReason.MAX_NEW_TOKENS
    for uniform in uniforms[:max_new_tokens]:
        logits = logits_of(context)
        token = sample_next_token(logits, temperature, float(uniform))
        context.append(token)
        measures.append(measure(logits, token, temperature))  # EOS is drawn too, so its logprob counts
        if token in eos:
            reason = StopReason.EOS
            break
        text = decode(context[start:])
        cut = find_stop(text, stop, searched=len(settled))
        settled = settled_text(text, settled)
        ends.append(len(settled))
        if cut is not None:
            text, reason = text[:cut], StopReason.STOP_STRING
            break
    return Completion(text, reason, start, trace(context[start:], measures, ends, text))


def settled_text(decoded: str, before: str) -> str:
    """The text so far, while a character may still lack bytes: until it is whole, the text before stands."""
    return before if decoded.endswith("\ufffd") else decoded


def find_stop(text: str, stop: Sequence[str], searched: int = 0) -> int | None:
    """Where the earliest stop string begins, None if there is none.

    The first `searched` characters are known to hold none whole; one may still begin among them.
    """
    found = (text.find(mark, max(0, searched - len(mark) + 1)) for mark in stop)
    return min((position for position in found if position >= 0), default=None)


def trace(ids: Sequence[int], measures: Sequence[Measure], ends: Sequence[int], text: str) -> TokenTrace:
    """The record of one sample's tokens. No token ends after the kept text, and the last ends with it."""
    kept = [min(end, len(text)) for end in ends[: len(ids) - 1]]
    return TokenTrace(
        tuple(ids),
        tuple(each.logprob for each in measures),
        tuple(each.drawn_logprob for each in measures),
        tuple(each.entropy for each in measures),
        tuple(each.rank for each in measures),
        (*kept, len(text)) if ids else (),
    )
