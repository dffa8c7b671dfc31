from collections.abc import Callable


class TokenBucket:
    def __init__(self, bucket_capacity: float, tokens_per_second: float, read_clock: Callable[[], float]) -> None:
        self._capacity = bucket_capacity
        self._rate = tokens_per_second
        self._clock = read_clock
        self._tokens = bucket_capacity
        self._timestamp = read_clock()

    def _available(self) -> float:
        now = self._clock()
        self._tokens = min(self._capacity, self._tokens + (now - self._timestamp) * self._rate)
        self._timestamp = now
        return self._tokens

    def take_tokens(self, token_count: float) -> bool:
        if self._available() >= token_count:
            self._tokens -= token_count
            return True
        return False

    def seconds_until(self, token_count: float) -> float:
        return max(0.0, token_count - self._available()) / self._rate
