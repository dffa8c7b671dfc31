"""Between the host and a device, without either waiting for the other.

A copy from ordinary memory to a GPU, and any question for a value on it, makes the host wait until all work queued
there is done. What every step needs goes through here instead: from page-locked memory, and back with an event.
"""

from collections.abc import Sequence
from typing import Any

import torch


def to_device(values: Sequence[Any], device: torch.device, dtype: torch.dtype | None = None) -> torch.Tensor:
    """A tensor of (nested) numbers on the device; the host does not wait for it."""
    made = torch.tensor(values, dtype=dtype)
    if device.type != "cuda":
        return made.to(device)
    return made.pin_memory().to(device, non_blocking=True)


class Arriving:
    """Values on their way to the host; `tolist` waits for them, and for nothing queued after them."""

    def __init__(self, values: torch.Tensor) -> None:
        self._values = values.to("cpu", non_blocking=True)  # to page-locked memory where the device is a GPU
        self._arrived = torch.cuda.current_stream().record_event() if values.device.type == "cuda" else None

    def tolist(self) -> list[Any]:
        """The values as nested lists."""
        if self._arrived is not None:
            self._arrived.synchronize()
        found: list[Any] = self._values.tolist()
        return found
