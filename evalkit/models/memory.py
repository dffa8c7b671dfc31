"""What an allocation that failed looks like."""

import torch


def out_of_memory(error: BaseException) -> bool:
    """Whether an error is an allocation that failed, of Python or of a device's allocator."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return any(words in str(error) for words in ("allocate memory", "not enough memory", "out of memory"))
