"""One pass of a model over a text, in pieces, so that memory does not grow with vocabulary times length."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray

from evalkit.models.transformers import TransformersModel

PIECE = 128  # tokens at a time: logits of 128 positions of a large vocabulary are 80 MB

Logits = NDArray[np.float32]
Visit = Callable[[int, Logits], None]


@dataclass
class Reading:
    """What a pass says of each token but the first, in nats at T=1: `logprobs[i]` is that of token i + 1.

    `kept` has the logits (float32) that follow the positions asked for.
    """

    logprobs: list[float] = field(default_factory=list)
    ranks: list[int] = field(default_factory=list)
    entropies: list[float] = field(default_factory=list)
    kept: dict[int, Logits] = field(default_factory=dict)


@torch.inference_mode()
def read(
    model: TransformersModel, ids: Sequence[int], keep: Sequence[int] = (), visit: Visit = lambda position, logits: None
) -> Reading:
    """Measure every token of `ids` in one pass; `visit(position, logits)` is told the logits after each position."""
    reading = Reading()
    first = 0
    for logits in pieces(model, ids):
        _measure(reading, logits, ids[first + 1 : first + 1 + len(logits)])
        for at, row in enumerate(logits.float().cpu().numpy()):
            if first + at in keep:
                reading.kept[first + at] = row.copy()
            visit(first + at, row)
        first += len(logits)
    return reading


def pieces(model: TransformersModel, ids: Sequence[int]) -> Iterator[torch.Tensor]:
    """The logits after each position, (positions of a piece, vocabulary), piece by piece with one cache."""
    network = model.network
    inputs = network.memory()
    size = PIECE if inputs else len(ids)
    for start in range(0, len(ids), size):
        piece = torch.tensor([list(ids[start : start + size])], device=network.device)
        yield network.module(input_ids=piece, **inputs).logits[0]


def _measure(reading: Reading, logits: torch.Tensor, following: Sequence[int]) -> None:
    """`following` are the tokens that came after each row of the logits; the last row of a text has none."""
    values = logits[: len(following)].float()
    logprobs = values.log_softmax(dim=1)
    chosen = torch.tensor(list(following), device=values.device, dtype=torch.int64)[:, None]
    reading.logprobs += logprobs.gather(1, chosen)[:, 0].tolist()
    reading.ranks += (1 + (values > values.gather(1, chosen)).sum(dim=1)).tolist()
    reading.entropies += (-(logprobs.exp() * logprobs.clamp(min=-1e30)).sum(dim=1)).tolist()
