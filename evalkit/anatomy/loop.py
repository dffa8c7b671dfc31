"""Section 5: every step of a recorded sample again: logits, probabilities, the uniform number, the token.

The recorded tokens are read in one pass, and each position draws with its own number by the rule of
`evalkit.sampling`. Up to the first step that draws another token this is the loop itself; from there on the steps show
what the model would have drawn at the recorded text.
"""

from dataclasses import dataclass

import numpy as np

from evalkit.anatomy.reading import Logits
from evalkit.anatomy.subject import Recorded
from evalkit.sampling import Floats, cumulative, next_token_probabilities, penalised, token_at, uniforms
from evalkit.types import StopReason

NUMBERS = (0.05, 0.25, 0.5, 0.75, 0.95)
TOP = 5
NEAR = 1e-4  # a number this close to a border may fall on either side of it
SAME = 1e-3  # nats that float32 sums in another order change a log-probability by, at most


@dataclass(frozen=True)
class Alternative:
    """A token that could have been drawn, with its probability where it was drawn from."""

    token: int
    probability: float


@dataclass(frozen=True)
class Step:
    """One token of the record. `low` and `high` are the numbers between which the draw gives the recorded token.

    `probability` is that of the distribution drawn from, `logprob` (nats) the one at T=1, `recorded_logprob` what the
    run wrote. `others` are the tokens that the numbers of NUMBERS would have drawn.
    """

    index: int
    token: int
    replayed: int
    uniform: float
    low: float
    high: float
    probability: float
    logprob: float
    recorded_logprob: float
    rank: int
    alternatives: tuple[Alternative, ...]
    others: tuple[int, ...]

    @property
    def same(self) -> bool:
        """Whether the replay drew the recorded token."""
        return self.token == self.replayed

    @property
    def distance(self) -> float:
        """How far the number is from the recorded token's interval; 0 inside."""
        return max(self.low - self.uniform, self.uniform - self.high, 0.0)


@dataclass(frozen=True)
class Loop:
    """The steps of a sample, and whether they are those that were recorded."""

    temperature: float
    seed: int
    dtype: str
    steps: tuple[Step, ...]
    ending: str

    @property
    def differing(self) -> tuple[Step, ...]:
        """Steps that drew another token than the record has."""
        return tuple(step for step in self.steps if not step.same)

    @property
    def largest_change(self) -> float:
        """The largest difference between a recorded log-probability and the one of the replay, in nats."""
        return max((abs(step.logprob - step.recorded_logprob) for step in self.steps), default=0.0)

    @property
    def verdict(self) -> str:
        """Whether the replay equals the record, in one sentence; else where it parts from it, and why."""
        count = f"{len(self.steps)} steps"
        if not self.differing:
            return (
                f"The replay equals the record: {count}, the same tokens; log-probabilities differ by at most "
                f"{self.largest_change:.1g} nats."
            )
        first = self.differing[0]
        differing = f"{len(self.differing)} of {count} draw another token than the record has"
        why = _why(first, self.temperature, self.dtype)
        return f"The replay leaves the record at step {first.index} ({differing}): {why}"


class Replay:
    """Takes the logits of a pass over prompt and record one by one, and replays each step."""

    def __init__(self, recorded: Recorded, prompt_ids: tuple[int, ...]) -> None:
        self._recorded, self._prompt_ids = recorded, prompt_ids
        self._trace = recorded.sample.completion.tokens
        key = recorded.sample.key
        self._uniforms = uniforms(recorded.seed, key, max(len(self._trace.ids), 1))
        self._steps: list[Step] = []

    def visit(self, position: int, logits: Logits) -> None:
        """The logits after `position`: those of the prompt's last token are the first step's."""
        index = position + 1 - len(self._prompt_ids)
        if 0 <= index < len(self._trace.ids):
            self._steps.append(self._step(index, logits))

    def result(self, eos: frozenset[int], dtype: str) -> Loop:
        """All steps, after the pass of a model that ends with one of `eos` and computes in `dtype`."""
        recorded = self._recorded
        temperature = recorded.sample.key.cell.temperature
        return Loop(temperature, recorded.seed, dtype, tuple(self._steps), _ending(recorded, eos))

    def _step(self, index: int, logits: Logits) -> Step:
        temperature, shaping = self._recorded.sample.key.cell.temperature, self._recorded.shaping
        seen = {*self._prompt_ids, *self._trace.ids[:index]} if shaping.repetition_penalty else ()
        probabilities = next_token_probabilities(logits, temperature, shaping, seen)
        sums = cumulative(probabilities)
        token, uniform = self._trace.ids[index], float(self._uniforms[index])
        values = logits.astype(np.float64)
        shifted = values - values.max()
        best = int(np.argmax(penalised(logits, shaping, seen)))
        low, high = (float(sums[token - 1]) if token else 0.0), float(sums[token])
        return Step(
            index, token, best if temperature == 0 else token_at(sums, uniform), uniform, low, high,
            float(probabilities[token]),
            float(shifted[token] - np.log(np.exp(shifted).sum())),
            self._trace.logprobs[index],
            1 + int((values > values[token]).sum()),
            _alternatives(probabilities),
            tuple(best if temperature == 0 else token_at(sums, number) for number in NUMBERS),
        )  # fmt: skip


def _alternatives(probabilities: Floats) -> tuple[Alternative, ...]:
    count = min(TOP, len(probabilities))
    likely = np.argpartition(-probabilities, count - 1)[:count]
    ordered = sorted(likely.tolist(), key=lambda token: (-probabilities[token], token))
    return tuple(Alternative(token, float(probabilities[token])) for token in ordered)


def _why(step: Step, temperature: float, dtype: str) -> str:
    change = abs(step.logprob - step.recorded_logprob)
    known = f"log-probability {step.logprob:.4f} here, {step.recorded_logprob:.4f} in the record"
    if temperature and step.distance <= NEAR:
        return (
            f"the number {step.uniform:.7f} lies within {step.distance:.1g} of the border between two tokens; sums of "
            "floats in another order fall on the other side."
        )
    if change > SAME and dtype != "fp32":
        return (
            f"weights in {dtype} are rounded, and a difference in the last bit moves a whole rounding step: the "
            f"recorded token has {known}."
        )
    if change > SAME:
        return f"the distribution is another one ({known}): weights, prompt or tokens are not those of the run."
    return (
        f"the distribution is that of the record, but the number {step.uniform:.6f} is not between {step.low:.6f} and "
        f"{step.high:.6f}: the seed or the tokens are not those of the run."
        if temperature
        else "the recorded token is not the most likely one, which temperature 0 takes: the record is damaged."
    )


def _ending(recorded: Recorded, eos: frozenset[int]) -> str:
    completion = recorded.sample.completion
    ids, reason = completion.tokens.ids, completion.stop_reason
    ended = bool(ids) and ids[-1] in eos
    if (reason == StopReason.EOS) != ended:
        return f"The record says it ended with {reason.value}, and its last token does not: the record is damaged."
    told = {
        StopReason.EOS: "the end-of-sequence token was drawn; it is a token like any other.",
        StopReason.MAX_NEW_TOKENS: f"the limit of {len(ids)} tokens was reached.",
        StopReason.STOP_STRING: "a stop string was found in the text.",
        StopReason.DEFINITION: "the first definition was finished.",
    }
    return f"It ended because {told[reason]}"
