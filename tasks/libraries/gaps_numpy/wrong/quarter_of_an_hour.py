import numpy as np


def free_gaps(busy: np.ndarray, day_start: int, day_end: int) -> np.ndarray:
    inside = np.clip(busy, day_start, day_end)
    ordered = inside[np.argsort(inside[:, 0])]
    ends = np.maximum.accumulate(np.concatenate(([day_start], ordered[:, 1])))
    starts = np.concatenate((ordered[:, 0], [day_end]))
    return np.column_stack((ends, starts))[ends + 15 <= starts]
