"""The loop of `evalkit.sampling` for many samples at once, with a key-value cache.

    while rows are being drawn or requests wait:
        one forward pass: the last token of every row            -> logits
        rows whose prompt is ready enter, up to the batch size   -> their prompt's logits
        draw one token per row, each with its own temperature and its own uniform
        rows that ended leave, and are yielded

Each distinct prompt is read once, alone, and shared by all its samples and temperatures. Temperature 0 is
drawn once per prompt and answers every request for it. What a row draws depends on its request alone.
"""

import inspect
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import torch

from evalkit.models.cache import Prefix, cache_for, prompt_cache
from evalkit.models.drawing import Draw, Wanted, draw
from evalkit.models.stops import Decode, DrawnText
from evalkit.sampling import Measure, trace, uniforms
from evalkit.stopping import Stops
from evalkit.types import Cell, Completion, Request, SampleKey, StopReason

_ANY_KEY = SampleKey("", Cell("", 0.0, "", ""), 0)


@dataclass(slots=True)
class Row:
    """One sample while it is drawn, and the positions of the requests that it answers."""

    request: Request
    positions: list[int]
    prompt_tokens: int
    text: DrawnText
    stream: list[float] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    tops: list[list[tuple[int, float]]] = field(default_factory=list)
    seen: list[int] = field(default_factory=list)  # distinct ids, kept only for a repetition penalty

    def begin(self, prompt_ids: Sequence[int]) -> None:
        """Make the sample's uniforms: only now, as many thousand rows may wait."""
        key, count = self.request.key, self.request.max_new_tokens
        self.stream = uniforms(self.request.seed, key, count).tolist()
        if self.request.shaping.repetition_penalty is not None:
            self.seen = list(dict.fromkeys(prompt_ids))

    def wanted(self) -> Wanted:
        """How the next token is drawn."""
        request = self.request
        uniform = self.stream[len(self.ids)]
        return Wanted(request.key.cell.temperature, uniform, request.shaping, self.seen, request.top_logprobs)

    def append(self, drawn: Draw, eos: Collection[int]) -> Completion | None:
        """Take one token; returns the completion if the sample ended with it."""
        self.ids.append(drawn.token)
        self.measures.append(drawn.measure)
        self.tops.append(drawn.top)
        if self.seen and drawn.token not in self.seen:
            self.seen.append(drawn.token)
        if drawn.token in eos:
            return self._complete(self.text.text, StopReason.EOS)
        stop = self.text.append(drawn.token)
        self.ends.append(len(self.text.settled))
        if stop is not None:
            cut, reason = stop
            return self._complete(self.text.text[:cut], reason)
        if len(self.ids) == self.request.max_new_tokens:
            return self._complete(self.text.text, StopReason.MAX_NEW_TOKENS)
        return None

    def _complete(self, text: str, reason: StopReason) -> Completion:
        tokens = trace(self.ids, self.measures, self.ends, text, self.tops)
        return Completion(text, reason, self.prompt_tokens, tokens)


@dataclass(frozen=True, slots=True)
class Group:
    """All rows that continue one prompt."""

    prompt_ids: list[int]
    rows: deque[Row]


def plan(requests: Sequence[Request], encode: Callable[[str], list[int]], decode: Decode) -> list[Group]:
    """Requests grouped by prompt, in order of first appearance; equal requests at temperature 0 share a row."""
    groups: dict[str, Group] = {}
    certain: dict[Request, Row] = {}
    for position, request in enumerate(requests):
        greedy = request.key.cell.temperature == 0
        same = replace(request, key=_ANY_KEY, seed=0)
        if greedy and same in certain:
            certain[same].positions.append(position)
            continue
        if request.prompt not in groups:
            groups[request.prompt] = Group(encode(request.prompt), deque())
        group = groups[request.prompt]
        text = DrawnText(decode, group.prompt_ids, Stops(request.stop, request.stop_after_definition))
        group.rows.append(Row(request, [position], len(group.prompt_ids), text))
        if greedy:
            certain[same] = group.rows[-1]
    return list(groups.values())


class Network:
    """A transformers causal language model, called for the logits of the last position only."""

    def __init__(self, module: Any) -> None:
        self.module = module
        self.config, self.device = module.config, module.device
        self.accepts = set(inspect.signature(module.forward).parameters)

    @torch.inference_mode()
    def read(self, prompt_ids: list[int]) -> Prefix:
        """One forward pass over a whole prompt, alone, so that other prompts cannot change its rounding."""
        cache = prompt_cache(self.config)
        logits = self._logits(torch.tensor([prompt_ids], device=self.device), past_key_values=cache)
        return Prefix(cache, logits, len(prompt_ids))

    @torch.inference_mode()
    def step(self, tokens: list[int], inputs: dict[str, Any]) -> torch.Tensor:
        """Logits (rows, vocabulary) after one more token per row."""
        return self._logits(torch.tensor(tokens, device=self.device)[:, None], **inputs)

    def _logits(self, input_ids: torch.Tensor, **inputs: Any) -> torch.Tensor:
        inputs |= {"use_cache": True, "logits_to_keep": 1}
        kept = {name: value for name, value in inputs.items() if name in self.accepts}
        logits: torch.Tensor = self.module(input_ids=input_ids, **kept).logits
        return logits[:, -1]


class Batch:
    """The rows being drawn now."""

    def __init__(self, network: Network, capacity: int, eos: Collection[int]) -> None:
        self.network, self.capacity, self.eos = network, capacity, eos
        self.cache = cache_for(network.config, capacity, network.device)
        self.rows: list[Row] = []
        self.reading: tuple[Group, Prefix] | None = None  # the prompt whose rows are entering

    def advance(self, waiting: deque[Group]) -> Iterator[tuple[Row, Completion]]:
        """Draw one token for every row, those that enter included; yields the rows that ended."""
        parts = [self.network.step([row.ids[-1] for row in self.rows], self.cache.inputs())] if self.rows else []
        parts += self._enter(waiting)
        yield from self._take(_draw(torch.cat(parts), self.rows))

    def _enter(self, waiting: deque[Group]) -> Iterator[torch.Tensor]:
        while (free := self.capacity - len(self.rows)) > 0 and (self.reading or waiting):
            if self.rows and not self.cache.mixes_prompts:
                return
            group, prefix = self.reading or self._read(waiting.popleft())
            entering = [group.rows.popleft() for _ in range(min(free, len(group.rows)))]
            self.reading = (group, prefix) if group.rows else None
            self.cache.enter(prefix, len(entering))
            for row in entering:
                row.begin(group.prompt_ids)
            self.rows += entering
            yield prefix.logits.expand(len(entering), -1)

    def _read(self, group: Group) -> tuple[Group, Prefix]:
        return group, self.network.read(group.prompt_ids)

    def _take(self, draws: list[Draw]) -> Iterator[tuple[Row, Completion]]:
        completions = [row.append(each, self.eos) for row, each in zip(self.rows, draws, strict=True)]
        ended = [index for index, completion in enumerate(completions) if completion]
        rows = self.rows
        if ended:
            order = _without(len(rows), ended)
            self.rows = [rows[source] for source in order]
            self.cache.select(order)
        for index in ended:
            completion = completions[index]
            assert completion is not None
            yield rows[index], completion


@torch.inference_mode()
def _draw(logits: torch.Tensor, rows: list[Row]) -> list[Draw]:
    return draw(logits, [row.wanted() for row in rows])


def _without(count: int, ended: list[int]) -> list[int]:
    """The rows that stay: the last ones fill the holes, so that few are copied."""
    order = list(range(count))
    for index in reversed(ended):
        order[index] = order[-1]
        order.pop()
    return order


def decode_batched(
    network: Network, groups: list[Group], batch_size: int, eos: Collection[int]
) -> Iterator[tuple[int, Completion]]:
    """Yield (position of the request, completion) as samples end."""
    batch, waiting = Batch(network, batch_size, eos), deque(groups)
    while batch.rows or batch.reading or waiting:
        for row, completion in batch.advance(waiting):
            yield from ((position, completion) for position in row.positions)
