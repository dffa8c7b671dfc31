"""From evalkit's requests to the bodies that are sent: which samples share one, and what stands in it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self

from evalkit.errors import ConfigError
from evalkit.sampling import uniforms
from evalkit.types import Prompt, Request, SampleKey, Shaping

CHAT, COMPLETIONS = "chat/completions", "completions"
MOST_TOP_LOGPROBS = 20  # the protocol's limit
FEW_STOPS = 4  # what every server takes
# What servers do to a distribution unless told otherwise, told otherwise. -1 is no top-k for all of them.
NEUTRAL: Mapping[str, object] = {"top_k": -1, "min_p": 0.0, "repetition_penalty": 1.0, "repeat_penalty": 1.0}
CONTINUED: Mapping[str, object] = {"continue_final_message": True, "add_generation_prompt": False}
SEEDS = 2**31  # seeds below it fit into what every server keeps them in


Ability = Literal["logprobs", "seed", "neutral", "many_stops", "several", "continued", "apart"]


@dataclass(frozen=True)
class Abilities:
    """What one endpoint of a server takes, as found by asking; see evalkit.models.openai.abilities.

    `limit` is its name for max_new_tokens; `no_logprobs` is the reason where log-probabilities are not among `taken`.
    """

    limit: str = "max_tokens"
    taken: frozenset[Ability] = frozenset()
    no_logprobs: str = ""

    def __contains__(self, ability: Ability) -> bool:
        return ability in self.taken

    def plus(self, *abilities: Ability) -> Self:
        """The same and more."""
        return replace(self, taken=self.taken | set(abilities))


@dataclass(frozen=True)
class Batch:
    """Samples that one request to the server answers.

    `positions[i]` is answered by choice `offsets[i]`; at temperature 0 every offset is 0: one draw answers all.
    """

    request: Request
    positions: tuple[int, ...]
    offsets: tuple[int, ...] = field(default=(0,))

    @property
    def pairs(self) -> Iterator[tuple[int, int]]:
        """(position, offset) of each sample."""
        return zip(self.positions, self.offsets, strict=True)

    @property
    def choices(self) -> int:
        """How many completions are asked for."""
        return max(self.offsets) + 1


def batches(requests: Sequence[Request], per_request: int) -> list[Batch]:
    """Requests to the server, in the order of their first samples.

    Which samples share one depends on their indices alone, so that a resumed run asks the same.
    """
    groups: dict[tuple[object, ...], list[int]] = {}
    for position, request in enumerate(requests):
        key = request.key
        group = 0 if key.cell.temperature == 0 else key.index // per_request
        groups.setdefault((key.task_id, key.cell, request.prompt, group), []).append(position)
    return [_batch(requests, positions, per_request) for positions in groups.values()]


def _batch(requests: Sequence[Request], positions: list[int], per_request: int) -> Batch:
    first = requests[positions[0]]
    if first.key.cell.temperature == 0:
        return Batch(first, tuple(positions), (0,) * len(positions))
    return Batch(first, tuple(positions), tuple(requests[at].key.index % per_request for at in positions))


def seed_of(request: Request, per_request: int, offset: int = 0) -> int:
    """The seed of a group of samples: from the first number of the stream of its first one (plus `offset`)."""
    key = request.key
    index = 0 if key.cell.temperature == 0 else key.index - key.index % per_request + offset
    [first] = uniforms(request.seed, SampleKey(key.task_id, key.cell, index), 1)
    return int(first * SEEDS)


def render(prompt: Prompt) -> str:
    """The text that stands for a prompt. Chat: the messages as JSON, the prefill as the beginning of an answer."""
    if prompt.mode == "base":
        return prompt.text
    messages = [{"role": "user", "content": prompt.text}]
    if prompt.system is not None:
        messages.insert(0, {"role": "system", "content": prompt.system})
    if prompt.prefill:
        messages.append({"role": "assistant", "content": prompt.prefill})
    return json.dumps({"messages": messages}, ensure_ascii=False)


def messages_of(rendered: str) -> list[dict[str, str]] | None:
    """The messages of a rendered chat prompt, None for a base prompt."""
    if not rendered.startswith('{"messages": ['):
        return None
    messages: list[dict[str, str]] = json.loads(rendered)["messages"]
    return messages


def prefill_of(rendered: str) -> str:
    """The beginning of the answer that a rendered prompt gives."""
    messages = messages_of(rendered)
    return messages[-1]["content"] if messages and messages[-1]["role"] == "assistant" else ""


def endpoint_of(rendered: str) -> str:
    """Where a rendered prompt is sent."""
    return COMPLETIONS if messages_of(rendered) is None else CHAT


def question(rendered: str, begun: bool = True) -> dict[str, object]:
    """The part of a body that asks; without the beginning of the answer for a server that would not go on from it."""
    messages = messages_of(rendered)
    if messages is not None and not begun:
        messages = [each for each in messages if each["role"] != "assistant"]
    return {"prompt": rendered} if messages is None else {"messages": messages}


def logprobs(endpoint: str, count: int) -> dict[str, object]:
    """The part of a body that asks for log-probabilities and for the `count` most likely tokens."""
    count = min(max(count, 1), MOST_TOP_LOGPROBS)
    return {"logprobs": True, "top_logprobs": count} if endpoint == CHAT else {"logprobs": count}


def body_of(request: Request, model: str, able: Abilities, choices: int, seed: int) -> dict[str, Any]:
    """Everything that is sent for one batch. Raises ConfigError when the server cannot shape as asked."""
    endpoint = endpoint_of(request.prompt)
    body = {"model": model, **question(request.prompt, "continued" in able), able.limit: request.max_new_tokens}
    body |= {"temperature": float(request.key.cell.temperature), **_shaping(request.shaping, able)}
    stops = [stop for stop in request.stop if "apart" in able or not _may_begin_in_prompt(stop, request.prompt)]
    if stops:
        body["stop"] = stops if "many_stops" in able else stops[:FEW_STOPS]
    if "seed" in able:
        body["seed"] = seed
    if "logprobs" in able:
        body |= logprobs(endpoint, request.top_logprobs)
    if "continued" in able and prefill_of(request.prompt):
        body |= CONTINUED
    return body | ({"n": choices} if choices > 1 else {})


def _may_begin_in_prompt(stop: str, rendered: str) -> bool:
    """Whether a stop string could begin before the answer. What a chat template ends with is taken for a newline."""
    end = "\n" if messages_of(rendered) is not None else rendered
    return any(end.endswith(stop[:length]) for length in range(1, len(stop)))


def _shaping(shaping: Shaping, able: Abilities) -> dict[str, object]:
    asked = {
        "top_k": shaping.top_k,
        "min_p": shaping.min_p,
        "repetition_penalty": shaping.repetition_penalty,
        "repeat_penalty": shaping.repetition_penalty,
    }
    given = {name: value for name, value in asked.items() if value is not None}
    if given and "neutral" not in able:
        option = next(iter(given)).replace("_", "-")
        raise ConfigError(f"The server does not take --{option}, which is no part of its protocol; leave it out.")
    top_p = {"top_p": 1.0 if shaping.top_p is None else shaping.top_p}
    return {**top_p, **(NEUTRAL if "neutral" in able else {}), **given}
