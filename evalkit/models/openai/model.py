"""A model behind a server: evalkit asks, the server draws. How it draws, only the server knows."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from evalkit.errors import ConfigError, EvalkitError
from evalkit.models.openai.abilities import described, find_abilities, keeps_stops_apart, models_of, takes_continued
from evalkit.models.openai.address import API_KEY, checked_base_url, key_from
from evalkit.models.openai.background import exchanged
from evalkit.models.openai.client import Access, Client, GaveUp, Refused
from evalkit.models.openai.drawing import Drawing, Failures
from evalkit.models.openai.refusals import explained
from evalkit.models.openai.requests import (
    CHAT,
    Abilities,
    batches,
    endpoint_of,
    messages_of,
    prefill_of,
    render,
)
from evalkit.models.openai.usage import Prices, Usage
from evalkit.sampling import check_shaping, check_temperature
from evalkit.types import Completion, Prompt, Request, Undrawn

BYTES_PER_TOKEN = 4  # of source code, roughly: only where no tokenizer was given


@dataclass(frozen=True)
class Found:
    """What a server says of itself, and what each of its endpoints takes."""

    context_length: int | None
    able: Mapping[str, Abilities]


class OpenAIModel:
    """The model `model` of a server that speaks the OpenAI protocol.

    `base_url` ends where `/chat/completions` follows; without it OPENAI_BASE_URL is read. `api_key_env` names the
    environment variable with the key. `concurrency` requests are under way at a time; `request_timeout` is in seconds
    for each attempt; `retries` are further attempts. `samples_per_request` asks for several samples in one (`n`).
    `price_input` and `price_output` are for a million tokens. `tokenizer` is a model that `load_tokenization` knows:
    then prompts are rendered here, counted exactly, and all sent to the older endpoint, which adds nothing to them but
    a beginning-of-sequence token. `max_new_tokens` is what the longest prompt must leave room for. Raises ConfigError.
    """

    def __init__(
        self,
        model: str = "",
        *,
        base_url: str | None = None,
        api_key_env: str = API_KEY,
        concurrency: int = 8,
        request_timeout: float = 600.0,
        retries: int = 6,
        samples_per_request: int = 1,
        price_input: float | None = None,
        price_output: float | None = None,
        tokenizer: str | None = None,
        max_new_tokens: int = 1,
    ) -> None:
        if not model:
            raise ConfigError("Which model of the server? Give it as openai:NAME.")
        self.model, self.name, self._api_key_env = model, f"openai:{model}", api_key_env
        self._access = Access(checked_base_url(base_url), key_from(api_key_env), request_timeout, retries)
        self._concurrency, self._per_request = concurrency, samples_per_request
        self._prices, self._max_new_tokens = Prices(price_input, price_output), max_new_tokens
        self._usage = Usage(self._prices)
        self._tokenizer, self._tokenization = tokenizer, None if tokenizer is None else _tokenization(tokenizer)
        self._longest: dict[str, str] = {}  # by endpoint, of what was rendered

    def render(self, prompt: Prompt) -> str:
        """Chat: the messages as JSON. Base: the text, to which the server adds its beginning-of-sequence token.

        With a tokenizer of its own: the text that its chat template gives.
        """
        text = render(prompt) if self._tokenization is None else self._tokenization.render_bare(prompt)
        self._note_longest(text)
        return text

    def _note_longest(self, text: str) -> None:
        endpoint = endpoint_of(text)
        self._longest[endpoint] = max(self._longest.get(endpoint, ""), text, key=len)

    def count_tokens(self, text: str) -> int:
        """Tokens of a rendered prompt: exact with a tokenizer, else a guess of one for four bytes."""
        if self._tokenization is not None:
            return int(self._tokenization.count_tokens(text))
        messages = messages_of(text)
        plain = text if messages is None else "".join(message["content"] for message in messages)
        return -(-len(plain.encode("utf-8", "surrogatepass")) // BYTES_PER_TOKEN)

    @property
    def usage(self) -> Mapping[str, float]:
        """What was asked so far, and its cost where prices are known."""
        return self._usage.counts()

    def describe(self) -> Mapping[str, object]:
        """The server, what it says of the model, and what it takes. Asks it; raises ModelUnavailable or ConfigError."""
        return {
            "name": self.name,
            "engine": "openai",
            "base_url": self._access.base_url,
            "model": self.model,
            "context_length": self._found.context_length,
            "samples_per_request": self._per_request,
            "tokenizer": self._tokenizer,
            "prices": {"input": self._prices.input, "output": self._prices.output},
            "abilities": {endpoint: described(each) for endpoint, each in self._found.able.items()},
            "no_logprobs": self._no_logprobs,
        }

    @property
    def _no_logprobs(self) -> str | None:
        return next((each.no_logprobs for each in self._found.able.values() if "logprobs" not in each), None)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a user should know of this server before it draws; nothing before it was asked by `describe`."""
        if "_found" not in self.__dict__:
            return ()
        able = self._found.able
        begun = CHAT in able and prefill_of(self._longest.get(CHAT, ""))
        lacking = {
            f"no plausibility will be reported: {self._no_logprobs}.": self._no_logprobs is not None,
            "the server takes no seed, so its samples cannot be drawn again.": not all(
                "seed" in e for e in able.values()
            ),
            "top-k, min-p and repetition penalty are the server's own, for it does not take them.": not all(
                "neutral" in each for each in able.values()
            ),
            "the server looks for stop strings in the end of the prompt too, so those are applied here.": not all(
                "apart" in each for each in able.values()
            ),
            "the server goes on from no begun answer, so the beginning that the style gives is not sent.": bool(
                begun and "continued" not in able[CHAT]
            ),
        }
        return tuple(f"{self.name}: {remark}" for remark, applies in lacking.items() if applies)

    def generate(self, requests: Sequence[Request]) -> Iterator[tuple[int, Completion | Undrawn]]:
        """Yield (position, completion) as the server answers; Undrawn where it failed.

        Raises ModelFailed when it fails again and again, and ConfigError when it refuses what it is asked.
        """
        for request in requests:
            check_temperature(request.key.cell.temperature)
            check_shaping(request.shaping)
            self._note_longest(request.prompt)
        drawing = Drawing(self.model, self._found.able, self._per_request, self._usage)
        failures = Failures(self._explained)
        jobs = batches(requests, self._per_request)
        with closing(exchanged(self._access, drawing.draw, jobs, self._concurrency)) as results:
            for batch, result in results:
                if isinstance(result, Exception):
                    undrawn = failures.add(result)
                    yield from ((position, undrawn) for position in batch.positions)
                else:
                    failures.none()
                    yield from result
        failures.tell()

    @cached_property
    def _found(self) -> Found:
        longest = dict(self._longest) or {CHAT: render(Prompt("chat", "Hi"))}
        with closing(exchanged(self._access, self._look, [longest], 1)) as results:
            [(_, found)] = results
        if isinstance(found, Refused | GaveUp):
            raise self._explained(found)
        if isinstance(found, Exception):
            raise found
        return found

    async def _look(self, client: Client, longest: Mapping[str, str]) -> Found:
        listed = {each["id"]: each for each in await models_of(client)}
        window = listed.get(self.model, {}).get("max_model_len")
        window = window if isinstance(window, int) else None
        able = {each: await self._able(client, text, list(listed), window) for each, text in longest.items()}
        return Found(window, able)

    async def _able(self, client: Client, rendered: str, names: Sequence[str], window: int | None) -> Abilities:
        endpoint = endpoint_of(rendered)
        try:
            able, answer = await find_abilities(client, self._usage.read, self.model, rendered, self._per_request > 1)
        except Refused as refusal:
            raise self._explained(refusal, endpoint, names) from None
        over = (answer.prompt_tokens or 0) + self._max_new_tokens - (window or 0)
        if window is not None and over > 0:
            raise ConfigError(
                f"The longest prompt has {answer.prompt_tokens} tokens; with {self._max_new_tokens} new tokens it does "
                f"not fit into the {window} tokens of {self.name!r}, by {over}. Lower --max-new-tokens."
            )
        if await keeps_stops_apart(client, self._usage.read, self.model, endpoint, able):
            able = able.plus("apart")
        if prefill_of(rendered) and await takes_continued(client, self._usage.read, self.model, able):
            able = able.plus("continued")
        return able

    def _explained(self, error: Refused | GaveUp, endpoint: str = CHAT, names: Sequence[str] = ()) -> EvalkitError:
        return explained(error, self._access, self._api_key_env, self.model, endpoint, names)


def _tokenization(name: str) -> Any:
    from evalkit.models import load_tokenization

    return load_tokenization(name)
