from collections.abc import Callable


class TokenBucket:
    """Limit a rate with bursts: a bucket of `bucket_capacity` tokens, into which `tokens_per_second` come evenly.

    A new bucket is full, and it never holds more than `bucket_capacity`. `take_tokens(token_count)` takes that
    many and returns True, or returns False when there are not enough. `seconds_until(token_count)` returns
    how many seconds from now there will be that many, 0 when there are.

    >>> now = [1000.0]
    >>> bucket = TokenBucket(bucket_capacity=4, tokens_per_second=2, read_clock=lambda: now[0])
    >>> bucket.take_tokens(4)
    True
    >>> bucket.seconds_until(3)
    1.5
    >>> now[0] = 1002.0
    >>> bucket.take_tokens(4)
    True
    """

    def __init__(self, bucket_capacity: float, tokens_per_second: float, read_clock: Callable[[], float]) -> None:
        """`read_clock()` returns the current time in seconds."""
