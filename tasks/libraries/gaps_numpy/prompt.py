import numpy as np


def free_gaps(busy: np.ndarray, day_start: int, day_end: int) -> np.ndarray:
    """Return the free time of a day: every stretch in which nothing is busy, in the order of time.

    Times are minutes. Busy times are an integer array of numpy of shape (n, 2), one start and end (no part of it) in
    each row; the result is such an array too. Busy times may come in any order, overlap, or lie within each other.
    What is busy before the day starts or after it ends does not count.

    >>> free_gaps(np.array([[600, 660]]), 540, 1020).tolist()
    [[540, 600], [660, 1020]]
    """
