"""The samples that are drawn, grouped by prompt, and the rows of a batch that draw them."""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from evalkit.models.drafts import LONGEST, Drafts, Odds
from evalkit.models.drawing import Draw, Wanted
from evalkit.models.stops import Decode, DrawnText
from evalkit.sampling import Measure, trace, uniforms
from evalkit.stopping import Stops
from evalkit.types import Completion, Request, StopReason


@dataclass(slots=True)
class Drawn:
    """What was drawn of one sample so far, and its stream of uniforms. Made when its turn comes: many may wait."""

    stream: list[float]
    text: DrawnText
    seen: list[int]  # distinct ids, kept only for a repetition penalty
    asked: int = 0  # draws asked for late: one more than there are ids while a draw is on its way
    ids: list[int] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    tops: list[list[tuple[int, float]]] = field(default_factory=list)


@dataclass(frozen=True)
class Group:
    """All samples that continue one prompt."""

    prompt_ids: list[int]
    samples: "deque[Sample]"

    @cached_property
    def drafts(self) -> Drafts:
        """Made when first asked for: many groups may wait."""
        return Drafts(self.prompt_ids)


class Sample:
    """One sample, and the positions of the requests that it answers."""

    def __init__(self, request: Request, position: int, group: Group, decode: Decode) -> None:
        self.request, self.positions, self.group = request, [position], group
        self._decode = decode
        self.drawn: Drawn

    def begin(self) -> None:
        """Start the sample, or start it again: it will draw the same."""
        request, prompt_ids = self.request, self.group.prompt_ids
        stream = uniforms(request.seed, request.key, request.max_new_tokens).tolist()
        text = DrawnText(self._decode, prompt_ids, Stops(request.stop, request.stop_after_definition))
        penalised = request.shaping.repetition_penalty is not None
        self.drawn = Drawn(stream, text, list(dict.fromkeys(prompt_ids)) if penalised else [])

    def wanted(self, position: int) -> Wanted:
        """How the token at a position is drawn. What is asked for beyond the last one is never used."""
        request, drawn = self.request, self.drawn
        uniform = drawn.stream[min(position, len(drawn.stream) - 1)]
        return Wanted(request.key.cell.temperature, uniform, request.shaping, drawn.seen, request.top_logprobs)

    def wanted_late(self) -> Wanted:
        """How the next token is drawn while the one before it may be on its way."""
        self.drawn.asked += 1
        return self.wanted(self.drawn.asked - 1)

    @property
    def needs_host(self) -> bool:
        """Whether a draw needs to know on the host what was drawn before, or asks the device in between."""
        shaping = self.request.shaping
        return bool(shaping.repetition_penalty or shaping.top_p or self.request.top_logprobs)

    def follow(self, draws: Iterable[Draw], draft: Sequence[int], eos: Collection[int]) -> Completion | None:
        """Take draws of one step as long as the draft was drawn; returns the completion if the sample ended."""
        for draw, expected in zip(draws, [*draft, None], strict=True):
            completion = self.append(draw, eos)
            if completion or draw.token != expected:
                return completion
        raise AssertionError("the last draw has no draft to come true")

    def append(self, draw: Draw, eos: Collection[int]) -> Completion | None:
        """Take one token; returns the completion if the sample ended with it."""
        drawn = self.drawn
        drawn.ids.append(draw.token)
        drawn.measures.append(draw.measure)
        drawn.tops.append(draw.top)
        if drawn.seen and draw.token not in drawn.seen:
            drawn.seen.append(draw.token)
        if draw.token in eos:
            return self._complete(drawn.text.text, StopReason.EOS)
        stop = drawn.text.append(draw.token)
        drawn.ends.append(len(drawn.text.settled))
        if stop is not None:
            cut, reason = stop
            return self._complete(drawn.text.text[:cut], reason)
        if len(drawn.ids) == self.request.max_new_tokens:
            return self._complete(drawn.text.text, StopReason.MAX_NEW_TOKENS)
        return None

    def _complete(self, text: str, reason: StopReason) -> Completion:
        drawn = self.drawn
        tokens = trace(drawn.ids, drawn.measures, drawn.ends, text, drawn.tops)
        return Completion(text, reason, len(self.group.prompt_ids), tokens)


@dataclass(slots=True)
class Row:
    """One row of a batch: samples of one prompt that drew the same tokens so far, none once all of them ended."""

    samples: list[Sample]
    draft: list[int] = field(default_factory=list)  # of the tokens after the last one, in this step
    matched: int = 0  # tokens before the draft that were the same the last time
    odds: Odds = field(default_factory=Odds)
    noted: int = 0  # tokens that the prompt's drafts know of

    @property
    def last(self) -> int:
        """The token that was drawn last."""
        return self.samples[0].drawn.ids[-1]

    @property
    def kept(self) -> int:
        """Tokens drawn before the last one: they went through the network."""
        return max((len(each.drawn.ids) for each in self.samples), default=1) - 1

    def part(self) -> "list[Row]":
        """Keep the samples that drew the same tokens as the first one; returns rows of the others."""
        same: dict[tuple[int, int], list[Sample]] = {}
        for each in self.samples:
            # As many tokens in one step are the same but for the last one: the others are the draft.
            same.setdefault((len(each.drawn.ids), each.drawn.ids[-1]), []).append(each)
        self.samples, *others = same.values() if same else ([],)
        return [Row(each, odds=self.odds.copy(), noted=self.noted) for each in others]

    def guess(self) -> None:
        """Draft the longest draft, but no token that no sample may draw: a model's context may end there.

        Not with a repetition penalty, which needs to know what was drawn before.
        """
        ids, drafts = self.samples[0].drawn.ids, self.samples[0].group.drafts
        drafts.learn(ids, self.noted)
        self.noted = len(ids)
        wanted = max(each.request.max_new_tokens for each in self.samples) - len(ids)  # the step itself draws one
        count = min(LONGEST, wanted - 1)
        penalised = any(each.drawn.seen for each in self.samples)
        self.draft, self.matched = ([], 0) if penalised or count < 1 else drafts.after(ids, count)

    @property
    def chance(self) -> float:
        """That the draft's first token is drawn."""
        return self.odds.chance(self.matched)

    @property
    def gain(self) -> float:
        """How many tokens of the draft are likely to be drawn."""
        return self.odds.gain(self.matched, len(self.draft)) if self.draft else 0.0

    def shorten(self, tokens: int, most: int) -> None:
        """Keep of the draft what pays in a step that has so many tokens already, and at most so many tokens."""
        del self.draft[min(self.odds.worth(self.matched, tokens), most) :]

    def tried(self, drawn: int) -> None:
        """So many tokens were drawn with this draft."""
        if self.draft:
            self.odds.learn(self.matched, len(self.draft), min(drawn - 1, len(self.draft)))
        self.draft = []


def plan(requests: Sequence[Request], encode: Callable[[str], list[int]], decode: Decode) -> list[Group]:
    """Requests grouped by prompt, in order of first appearance; equal requests at temperature 0 share a sample."""
    groups: dict[str, Group] = {}
    certain: dict[Request | None, Sample] = {}
    for position, request in enumerate(requests):
        same = request.certain
        if same in certain:
            certain[same].positions.append(position)
            continue
        if request.prompt not in groups:
            groups[request.prompt] = Group(encode(request.prompt), deque())
        group = groups[request.prompt]
        group.samples.append(Sample(request, position, group, decode))
        if same is not None:
            certain[same] = group.samples[-1]
    return list(groups.values())
