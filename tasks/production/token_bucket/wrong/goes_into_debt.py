from collections.abc import Callable


class TokenBucket:
    def __init__(self, bucket_capacity: float, tokens_per_second: float, read_clock: Callable[[], float]) -> None:
        self.capacity = bucket_capacity
        self.rate = tokens_per_second
        self.clock = read_clock
        self.tokens = float(bucket_capacity)
        self.last = read_clock()

    def _update(self) -> None:
        now = self.clock()
        self.tokens += max(0.0, now - self.last) * self.rate
        self.last = now

    def take_tokens(self, token_count: float) -> bool:
        if token_count > self.capacity:
            raise ValueError("more tokens than the bucket can hold")
        self._update()
        before = self.tokens
        self.tokens -= token_count
        return before >= token_count

    def seconds_until(self, token_count: float) -> float:
        if token_count > self.capacity:
            raise ValueError("more tokens than the bucket can hold")
        self._update()
        return max(0.0, (token_count - self.tokens) / self.rate)
