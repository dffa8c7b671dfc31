"""One batch of samples from a server, and what becomes of those it does not give."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from evalkit.errors import EvalkitError, ModelFailed
from evalkit.models.openai.answers import Answer, Choice, completion
from evalkit.models.openai.client import Client, GaveUp, Refused
from evalkit.models.openai.refusals import is_too_long
from evalkit.models.openai.requests import Abilities, Batch, body_of, endpoint_of, seed_of
from evalkit.models.openai.usage import Usage
from evalkit.types import Completion, Undrawn

FAILURES_IN_A_ROW = 5  # a server that failed so often, with no answer between, will not mend itself meanwhile
FILTERED = "the server's filter cut the answer off"

Drawn = list[tuple[int, Completion | Undrawn]]


@dataclass(frozen=True)
class Drawing:
    """How batches are drawn from one model of a server."""

    model: str
    able: Mapping[str, Abilities]
    per_request: int
    usage: Usage

    async def draw(self, client: Client, batch: Batch) -> Drawn:
        """(position, completion) for each sample of the batch. Raises Refused, GaveUp and ConfigError."""
        answer = await self._ask(client, batch, batch.choices)
        given = dict(enumerate(answer.choices[: batch.choices]))
        drawn = [(at, self._completion(given[offset], answer, batch)) for at, offset in batch.pairs if offset in given]
        for position, offset in batch.pairs:
            if offset not in given:  # the server gave fewer than it was asked for
                drawn.append((position, await self._alone(client, batch, offset)))
        return drawn

    async def _alone(self, client: Client, batch: Batch, offset: int) -> Completion | Undrawn:
        """A sample by itself; what was drawn with it stays, whatever becomes of it."""
        try:
            answer = await self._ask(client, batch, 1, offset)
        except (Refused, GaveUp) as error:
            return Undrawn(str(error))
        return self._completion(answer.choices[0], answer, batch)

    async def _ask(self, client: Client, batch: Batch, choices: int, offset: int = 0) -> Answer:
        endpoint = endpoint_of(batch.request.prompt)
        seed = seed_of(batch.request, self.per_request, offset)
        body = body_of(batch.request, self.model, self.able[endpoint], choices, seed)
        return await client.ask(endpoint, body, self.usage.read)

    def _completion(self, choice: Choice, answer: Answer, batch: Batch) -> Completion | Undrawn:
        return Undrawn(FILTERED) if choice.finish == "content_filter" else completion(choice, answer, batch.request)


class Failures:
    """Counts what fails in a row, and remembers what must be told in the end."""

    def __init__(self, explain: Callable[[Refused | GaveUp], EvalkitError]) -> None:
        self._explain = explain
        self._in_a_row = 0
        self._too_long: Refused | None = None

    def none(self) -> None:
        """A batch was drawn."""
        self._in_a_row = 0

    def add(self, error: Exception) -> Undrawn:
        """What stands for the samples of a batch that failed.

        Raises what ends the run: a bug, a wrong request, a key that is refused, too many failures in a row.
        """
        if not isinstance(error, Refused | GaveUp):
            raise error
        self._in_a_row += 1
        if isinstance(error, Refused) and is_too_long(error):
            self._too_long = self._too_long or error
        elif isinstance(error, Refused) and error.status in (401, 403, 404):
            raise ModelFailed(str(self._explain(error)))
        elif self._in_a_row >= FAILURES_IN_A_ROW:
            raise ModelFailed(f"{self._in_a_row} requests failed in a row. {self._explain(error)}")
        return Undrawn(str(error))

    def tell(self) -> None:
        """Raises ConfigError when a prompt was too long: resuming would not help."""
        if self._too_long is not None:
            raise self._explain(self._too_long)
