"""`evalkit.sampling.most_likely` for many rows at once."""

import math
from collections import defaultdict
from collections.abc import Sequence

import torch

BLOCK = 128


def top_logprobs(logits: torch.Tensor, counts: Sequence[int], totals: Sequence[float]) -> list[list[tuple[int, float]]]:
    """For each row of logits (rows, vocabulary) its `counts[row]` most likely ids with their logprobs at T=1.

    The most likely first, the lowest id on a tie. `totals` are the logarithms of each row's sum of exp(logits).
    """
    found: list[list[tuple[int, float]]] = [[] for _ in counts]
    rows = [row for row, count in enumerate(counts) if count]
    if not rows:
        return found
    values = logits if len(rows) == len(logits) else logits[torch.tensor(rows, device=logits.device)]
    candidates = _candidates(values, max(counts))
    for place, row in enumerate(rows):
        best = sorted(candidates[place])[: counts[row]]
        found[row] = [(token, -negated - totals[row]) for negated, token in best]
    return found


def _candidates(values: torch.Tensor, count: int) -> dict[int, list[tuple[float, int]]]:
    """By row (value negated, id) of at least the `count` largest values, and of all that tie with the last of them.

    At least `count` values reach the `count`th largest of the blocks' maxima, and what reaches it lies in few blocks:
    the vocabulary is read once, where a sort of half-precision logits, which often tie, would take most of a step.
    """
    vocabulary = values.shape[1]
    width = -(-vocabulary // BLOCK) * BLOCK
    if width > vocabulary:
        values = torch.nn.functional.pad(values, (0, width - vocabulary), value=-math.inf)
    blocks = values.reshape(len(values), -1, BLOCK)
    maxima = blocks.amax(dim=2)
    if maxima.shape[1] < count:
        least = maxima.new_full((len(values), 1), -math.inf)
    else:
        least = maxima.topk(count, dim=1).values[:, -1:]
    row, block = (maxima >= least).nonzero(as_tuple=True)
    inside = blocks[row, block]
    which, offset = (inside >= least[row]).nonzero(as_tuple=True)
    ids = block[which] * BLOCK + offset
    result: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for place, negated, token in zip(row[which].tolist(), (-inside[which, offset]).tolist(), ids.tolist(), strict=True):
        if token < vocabulary:
            result[place].append((negated, token))
    return result
