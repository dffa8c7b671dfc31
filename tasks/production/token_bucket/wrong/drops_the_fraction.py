from collections.abc import Callable


class TokenBucket:
    def __init__(self, bucket_capacity: float, tokens_per_second: float, read_clock: Callable[[], float]) -> None:
        self._capacity = bucket_capacity
        self._rate = tokens_per_second
        self._clock = read_clock
        self._tokens = bucket_capacity
        self._last_refill = read_clock()

    def _refill(self) -> None:
        now = self._clock()
        if now > self._last_refill:
            new_tokens = int((now - self._last_refill) * self._rate)
            self._tokens = min(self._capacity, self._tokens + new_tokens)
        self._last_refill = now

    def take_tokens(self, token_count: float) -> bool:
        if token_count > self._capacity:
            raise ValueError(f"cannot take {token_count} of {self._capacity} tokens")
        self._refill()
        if token_count <= self._tokens:
            self._tokens -= token_count
            return True
        return False

    def seconds_until(self, token_count: float) -> float:
        if token_count > self._capacity:
            raise ValueError(f"never {token_count} of {self._capacity} tokens")
        self._refill()
        missing = token_count - self._tokens
        return missing / self._rate if missing > 0 else 0.0
