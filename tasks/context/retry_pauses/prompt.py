def retry_pauses(attempt_count: int) -> list[float]:
    """The pauses in seconds between so many attempts, as the project's notes on retries say.

    Each pause takes twice as long as the one before it.

    >>> retry_pauses(1)
    []
    >>> retry_pauses(3)
    [0.5, 1.0]
    """
