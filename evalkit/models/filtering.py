"""top-k, top-p, min-p and the repetition penalty of `evalkit.sampling`, for many rows at once.

No row's vocabulary is sorted as long as its most likely tokens decide: the smallest value that a row keeps is looked
for among its WIDTH largest ones, then among eight times as many, and so on.
"""

import math
from collections.abc import Sequence

import torch

from evalkit.models.transfer import to_device
from evalkit.types import Shaping

WIDTH = 128


def penalise(logits: torch.Tensor, shapings: Sequence[Shaping], seen: Sequence[Sequence[int]]) -> torch.Tensor:
    """Logits (rows, vocabulary), those of each row's seen tokens penalised; `logits` stay as they are."""
    values = logits.clone()
    rows = [row for row, shaping in enumerate(shapings) if shaping.repetition_penalty is not None and seen[row]]
    if not rows:
        return values
    longest = max(len(seen[row]) for row in rows)
    # Rows are filled up with an id of their own: the same value is written twice.
    ids = torch.tensor([[*seen[row], *[seen[row][0]] * (longest - len(seen[row]))] for row in rows])
    ids, index = ids.to(logits.device), torch.tensor(rows, device=logits.device)[:, None]
    penalties = [float(shapings[row].repetition_penalty or 1.0) for row in rows]
    penalty = torch.tensor(penalties, dtype=values.dtype, device=logits.device)[:, None]
    found = values[index, ids]
    values[index, ids] = torch.where(found > 0, found / penalty, found * penalty)
    return values


def smallest_kept(values: torch.Tensor, shapings: Sequence[Shaping]) -> torch.Tensor:
    """The smallest value (rows,) that each row keeps of `values` (rows, vocabulary; the largest is 0)."""
    smallest = values.new_full((len(shapings),), -math.inf)
    rows = [row for row, each in enumerate(shapings) if each.top_k is not None or _cuts(each.top_p)]
    if rows:
        index = to_device(rows, values.device)
        smallest[index] = _by_rank(values[index], [shapings[row] for row in rows])
    shares = [each.min_p or 0.0 for each in shapings]
    return smallest.maximum(to_device(shares, values.device, values.dtype).log())


def _cuts(top_p: float | None) -> bool:
    return top_p is not None and top_p < 1


def _by_rank(values: torch.Tensor, shapings: Sequence[Shaping]) -> torch.Tensor:
    """What top-k and then top-p keep."""
    vocabulary = values.shape[1]
    limits = [min(each.top_k or vocabulary, vocabulary) for each in shapings]
    least = values.new_full((len(shapings), 1), -math.inf)
    if any(each.top_k is not None for each in shapings):
        counts = to_device(limits, values.device)[:, None]
        wanted = max(limit for limit, each in zip(limits, shapings, strict=True) if each.top_k is not None)
        kth = values.topk(wanted, dim=1).values.gather(1, counts.clamp(max=wanted) - 1)
        least = torch.where(counts < vocabulary, kth, least)
    shares = [each.top_p if each.top_p is not None and each.top_p < 1 else math.inf for each in shapings]
    if all(math.isinf(share) for share in shares):
        return least[:, 0]
    kept = torch.where(values >= least, values, -math.inf)
    return least[:, 0].maximum(_nucleus(kept, torch.tensor(shares, dtype=torch.float64, device=values.device)))


def _nucleus(values: torch.Tensor, shares: torch.Tensor) -> torch.Tensor:
    """The value of the last token that each share needs; -inf where the share is infinite (off)."""
    total = values.exp().sum(dim=1, keepdim=True, dtype=torch.float64)
    found = values.new_full((len(values),), -math.inf)
    open_rows = torch.nonzero(shares.isfinite())[:, 0]
    width = WIDTH
    while len(open_rows):
        width = min(width, values.shape[1])
        largest = values[open_rows].topk(width, dim=1).values
        reached = largest.double().exp().cumsum(dim=1) / total[open_rows] >= shares[open_rows, None]
        done = reached.any(dim=1)
        place = reached.to(torch.uint8).argmax(dim=1)  # the first one
        found[open_rows] = torch.where(done, largest.gather(1, place[:, None])[:, 0], found[open_rows])
        open_rows = open_rows[~done] if width < values.shape[1] else open_rows[:0]
        width *= 8
    return found
