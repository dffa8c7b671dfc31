"""`evalkit.sampling.most_likely` for many rows at once."""

from collections.abc import Sequence

import torch


def top_logprobs(logits: torch.Tensor, counts: Sequence[int]) -> list[list[tuple[int, float]]]:
    """For each row of logits (rows, vocabulary) its `counts[row]` most likely ids with their logprobs at T=1."""
    found: list[list[tuple[int, float]]] = [[] for _ in counts]
    rows = [row for row, count in enumerate(counts) if count]
    if not rows:
        return found
    values = logits[torch.tensor(rows, device=logits.device)].double()
    ids = _largest(values, min(max(counts), values.shape[1]))
    logprobs = values.gather(1, ids) - values.logsumexp(dim=1, keepdim=True)
    for row, its_ids, its_logprobs in zip(rows, ids.tolist(), logprobs.tolist(), strict=True):
        found[row] = list(zip(its_ids, its_logprobs, strict=True))[: counts[row]]
    return found


def _largest(values: torch.Tensor, count: int) -> torch.Tensor:
    """Ids of the largest values, the largest first, lowest id on a tie: topk alone promises no order of ties."""
    ids = values.topk(count, dim=1).indices.sort(dim=1).values
    order = values.gather(1, ids).sort(dim=1, descending=True, stable=True).indices
    ids = ids.gather(1, order)
    last = values.gather(1, ids[:, -1:])
    tied = (values >= last).sum(dim=1) > count  # more tie with the last one than there is room for
    if bool(tied.any()):
        ids[tied] = values[tied].sort(dim=1, descending=True, stable=True).indices[:, :count]
    return ids
