"""What was asked of a server, and what it costs."""

from dataclasses import dataclass
from typing import Any

from evalkit.models.openai.answers import Answer, read_answer

MILLION = 1_000_000


@dataclass(frozen=True)
class Prices:
    """For a million tokens, in whatever currency they were given; None where no price was."""

    input: float | None = None
    output: float | None = None


class Usage:
    """Counts of one model in one session. What a server counts is believed; what it does not count is unknown."""

    def __init__(self, prices: Prices) -> None:
        self._prices = prices
        self.requests = self.uncounted = self.prompt_tokens = self.completion_tokens = 0

    def read(self, data: Any) -> Answer:
        """An answer, counted. Raises Malformed."""
        answer = read_answer(data)
        self.requests += 1
        self.uncounted += answer.prompt_tokens is None or answer.completion_tokens is None
        self.prompt_tokens += answer.prompt_tokens or 0
        self.completion_tokens += answer.completion_tokens or 0
        return answer

    @property
    def cost(self) -> float | None:
        """None without prices."""
        if self._prices.input is None and self._prices.output is None:
            return None
        paid = self.prompt_tokens * (self._prices.input or 0.0) + self.completion_tokens * (self._prices.output or 0.0)
        return paid / MILLION

    def counts(self) -> dict[str, float]:
        """For the record of a session; `uncounted` are the answers whose tokens the server did not count."""
        counts: dict[str, float] = {
            "requests": self.requests,
            "uncounted": self.uncounted,
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
        }
        return counts if self.cost is None else {**counts, "cost": self.cost}
