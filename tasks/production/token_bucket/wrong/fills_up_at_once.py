from collections.abc import Callable


class TokenBucket:
    def __init__(self, bucket_capacity: float, tokens_per_second: float, read_clock: Callable[[], float]) -> None:
        self._capacity = bucket_capacity
        self._rate = tokens_per_second
        self._clock = read_clock
        self._tokens = bucket_capacity
        self._filled_at = read_clock()

    def _fill(self) -> None:
        now = self._clock()
        if now < self._filled_at:
            self._filled_at = now
        if now - self._filled_at >= self._capacity / self._rate:
            self._tokens = self._capacity
            self._filled_at = now

    def take_tokens(self, token_count: float) -> bool:
        if token_count > self._capacity:
            raise ValueError("token_count is larger than bucket_capacity")
        self._fill()
        if token_count > self._tokens:
            return False
        self._tokens -= token_count
        return True

    def seconds_until(self, token_count: float) -> float:
        if token_count > self._capacity:
            raise ValueError("token_count is larger than bucket_capacity")
        self._fill()
        return max(0.0, (token_count - self._tokens) / self._rate)
