from collections.abc import Callable


class TokenBucket:
    def __init__(self, bucket_capacity: float, tokens_per_second: float, read_clock: Callable[[], float]) -> None:
        self._capacity = bucket_capacity
        self._rate = tokens_per_second
        self._read_clock = read_clock
        self._tokens = 0.0
        self._updated = 0.0

    def _current(self, wanted: float) -> float:
        if wanted > self._capacity:
            raise ValueError("token_count exceeds the bucket's capacity")
        now = self._read_clock()
        if now > self._updated:
            self._tokens = min(self._capacity, self._tokens + (now - self._updated) * self._rate)
        self._updated = now
        return self._tokens

    def take_tokens(self, token_count: float) -> bool:
        if self._current(token_count) < token_count:
            return False
        self._tokens -= token_count
        return True

    def seconds_until(self, token_count: float) -> float:
        return max(0.0, (token_count - self._current(token_count)) / self._rate)
