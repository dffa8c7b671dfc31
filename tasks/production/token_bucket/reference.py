import math
from collections.abc import Callable


class TokenBucket:
    """Knows how many tokens there were when the clock was last read."""

    def __init__(self, bucket_capacity: float, tokens_per_second: float, read_clock: Callable[[], float]) -> None:
        self._capacity = bucket_capacity
        self._rate = tokens_per_second
        self._clock = read_clock
        self._tokens = bucket_capacity
        self._read_at = read_clock()

    def take_tokens(self, token_count: float) -> bool:
        """Whether the tokens were there; then they are taken."""
        if self.seconds_until(token_count) > 0:
            return False
        self._tokens -= token_count
        return True

    def seconds_until(self, token_count: float) -> float:
        """Seconds until there are that many; infinity when there never will be."""
        if token_count > self._capacity:
            return math.inf
        now = self._clock()
        elapsed = max(0.0, now - self._read_at)
        self._tokens = min(self._capacity, self._tokens + elapsed * self._rate)
        self._read_at = now
        return max(0.0, token_count - self._tokens) / self._rate
