"""Rows of a network that keeps nothing from token to token, or nothing that can be handed on: they are read whole.

So does the specification, and it is as slow. It is for models whose memory is of a kind of their own.
"""

from typing import Any

import torch

from evalkit.models.cache import Prefix


class UncachedRows:
    """The texts of rows that all continue one prompt: they are of one length, and nothing has to be padded."""

    mixes_prompts = False

    def __init__(self, capacity: int, device: torch.device) -> None:
        """`capacity` is for kinds of rows that keep room for so many."""
        self.device = device
        self.ids = torch.empty((0, 0), dtype=torch.long, device=device)  # (rows, tokens)

    def enter(self, prefix: Prefix, count: int) -> None:
        """Start `count` rows; there must be none."""
        self.ids = torch.tensor([prefix.ids] * count, device=self.device)

    def select(self, order: list[int]) -> None:
        """Keep the rows in `order`."""
        self.ids = self.ids[torch.tensor(order, dtype=torch.long, device=self.device)]

    def fork(self, sources: list[int]) -> None:
        """Add rows that are what these rows are."""
        self.select([*range(len(self.ids)), *sources])

    def inputs(self) -> dict[str, Any]:
        """What `Network.step` needs for one more token per row: these rows."""
        return {"rows": self}

    def extended(self, tokens: torch.Tensor) -> torch.Tensor:
        """The rows (rows, tokens) with one more token for each."""
        self.ids = torch.cat([self.ids, tokens[:, None]], 1)
        return self.ids
