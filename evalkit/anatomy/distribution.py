"""Section 4: the distribution of the next token, and what the temperature does to it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from evalkit.sampling import Floats, next_token_probabilities

TEMPERATURES = (0.1, 0.7, 1.0, 2.0)
HELD = 0.9
# The documented example: five logits, and the shares that a widely read article gives the first two at T=0.1.
EXAMPLE = (2.0, 1.5, 0.8, 0.3, -1.0)
CLAIMED = (0.55, 0.37)


@dataclass(frozen=True)
class Bar:
    """One token with its probability at each temperature."""

    token: int
    text: str
    logit: float
    probabilities: tuple[float, ...]


@dataclass(frozen=True)
class AtTemperature:
    """A distribution in numbers. `entropy` is in nats; `held` are the tokens that hold 90 % of it; `odds` are those of
    the two most likely tokens, p1 / p2 (infinite where the second has no weight)."""

    temperature: float
    entropy: float
    held: int
    odds: float


@dataclass(frozen=True)
class Distribution:
    """The most likely next tokens at several temperatures, and the documented example."""

    position: int
    after: str
    vocabulary: int
    pair: tuple[str, str]
    bars: tuple[Bar, ...]
    temperatures: tuple[AtTemperature, ...]
    example: tuple[tuple[float, tuple[float, ...]], ...]
    most_of_second: float


def distribution(
    logits: ArrayLike,
    text_of: Callable[[int], str],
    temperatures: Sequence[float] = TEMPERATURES,
    top: int = 12,
    position: int = 0,
    after: str = "",
) -> Distribution:
    """The distribution after `position`; `after` is the end of the text up to there, `text_of` a token's text."""
    values = np.asarray(logits, dtype=np.float64)
    all_of = [next_token_probabilities(values, each) for each in temperatures]
    order = np.argsort(-values, kind="stable")
    bars = tuple(
        Bar(int(token), text_of(int(token)), float(values[token]), tuple(float(each[token]) for each in all_of))
        for token in order[:top]
    )
    gap = float(values[order[0]] - values[order[1]])
    numbers = tuple(_numbers(t, each, gap) for t, each in zip(temperatures, all_of, strict=True))
    pair = (bars[0].text, text_of(int(order[1])))
    return Distribution(position, after, len(values), pair, bars, numbers, documented(), most_of_second())


def entropy(probabilities: Floats) -> float:
    """Of a distribution, in nats."""
    possible = probabilities[probabilities > 0]
    return float(-(possible * np.log(possible)).sum()) + 0.0


def tokens_holding(probabilities: Floats, share: float = HELD) -> int:
    """How few tokens hold that share of a distribution.

    >>> tokens_holding(np.array([0.5, 0.3, 0.15, 0.05]))
    3
    """
    sums = np.cumsum(np.sort(probabilities)[::-1])
    return int((sums >= share * sums[-1] - 1e-12).argmax()) + 1


def odds(gap: float, temperature: float) -> float:
    """How much more likely the one of two tokens is whose logit is larger by `gap`: exp(gap / T).

    >>> round(odds(0.5, 1.0), 3), round(odds(0.5, 0.1), 1)
    (1.649, 148.4)
    """
    exponent = gap / max(temperature, 1e-8)
    return math.exp(exponent) if exponent < 700 else math.inf


def documented(temperatures: Sequence[float] = TEMPERATURES) -> tuple[tuple[float, tuple[float, ...]], ...]:
    """The documented example, computed: each temperature with the probabilities of its five tokens."""
    return tuple((t, tuple(float(p) for p in next_token_probabilities(EXAMPLE, t))) for t in temperatures)


def most_of_second() -> float:
    """The largest probability that the example's second token has at any temperature.

    >>> round(most_of_second(), 3)
    0.284
    """
    return max(float(next_token_probabilities(EXAMPLE, t)[1]) for t in np.linspace(0.05, 20, 2000))


def _numbers(temperature: float, probabilities: Floats, gap: float) -> AtTemperature:
    return AtTemperature(temperature, entropy(probabilities), tokens_holding(probabilities), odds(gap, temperature))
