"""A model that answers from a script: the whole path runs without a network, torch or a download."""

import time
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from evalkit.errors import ConfigError
from evalkit.sampling import Floats, uniforms
from evalkit.types import Completion, Prompt, Request, StopReason, TokenTrace

PIECE = 4  # characters per pretended token
DEFAULT = ("    pass\n", "    return None\n")  # what it says where the script says nothing


class ScriptedModel:
    """Answers a request with one of the texts listed for its (task id, identifier style).

    The first uniform of the sample's stream picks it, so equal seeds give equal answers, in any order. A
    task that the script leaves out gets a body that does nothing. `delay` is in seconds per sample.
    """

    def __init__(
        self,
        answers: Mapping[tuple[str, str], Sequence[str]] | None = None,
        name: str = "scripted",
        *,
        delay: float = 0.0,
    ) -> None:
        if isinstance(answers, str):
            raise ConfigError(f"Model 'scripted' has no {answers!r}: it answers from the suite; leave that out.")
        self.answers = {key: tuple(texts) for key, texts in (answers or {}).items()}
        self.name, self.delay = name, delay
        if empty := [key for key, texts in self.answers.items() if not texts]:
            raise ConfigError(f"The script of model {name!r} lists no answer for {empty[0]}.")

    def describe(self) -> Mapping[str, object]:
        """The name and engine: a script has nothing else to repeat."""
        return {"name": self.name, "engine": "scripted"}

    def render(self, prompt: Prompt) -> str:
        """The system message if any, the text and the prefill, without a template."""
        return "".join(f"{part}\n\n" for part in (prompt.system,) if part) + prompt.text + prompt.prefill

    def count_tokens(self, text: str) -> int:
        """Pretended tokens of a few characters each."""
        return -(-len(text) // PIECE)

    def generate(self, requests: Sequence[Request]) -> Iterator[tuple[int, Completion]]:
        """Yield the answers in order."""
        for position, request in enumerate(requests):
            if self.delay:
                time.sleep(self.delay)
            yield position, self._answer(request)

    def _answer(self, request: Request) -> Completion:
        texts = self.answers.get((request.key.task_id, request.key.cell.identifiers), DEFAULT)
        [first] = uniforms(request.seed, request.key, 1)
        text = texts[int(first * len(texts))]
        ends = [min(end, len(text)) for end in range(PIECE, len(text) + PIECE, PIECE)]
        reason = StopReason.EOS
        if len(ends) >= request.max_new_tokens:
            ends = ends[: request.max_new_tokens]
            text, reason = text[: ends[-1]], StopReason.MAX_NEW_TOKENS
        else:
            ends.append(len(text))  # the pretended end-of-sequence
        stream = uniforms(request.seed, request.key, 1 + len(ends))[1:]
        return Completion(text, reason, self.count_tokens(request.prompt), _trace(ends, stream))


def _trace(ends: list[int], stream: Floats) -> TokenTrace:
    logprobs = tuple(np.log1p(-stream).tolist())  # between nearly 0 and about -10, as a model's are
    return TokenTrace(
        ids=tuple((stream * 1000).astype(int).tolist()),
        logprobs=logprobs,
        drawn_logprobs=logprobs,
        entropies=tuple(stream.tolist()),
        ranks=tuple((1 + stream * 5).astype(int).tolist()),
        ends=tuple(ends),
    )
