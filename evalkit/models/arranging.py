"""How the tokens of one step are arranged for attention: to what their rows hold, and to prompts that rows share."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from evalkit.models.attention import Block, Own
from evalkit.models.cache import Prefix
from evalkit.models.transfer import to_device

SHORTEST = 128  # columns that a prompt is given at least
CALLS = 2000  # columns one row attends to in about the time of one more block's calls: estimated, not tuned

Arranged = tuple[list[Block], torch.Tensor, torch.Tensor]  # blocks, taken and places of a Layout


@dataclass(frozen=True)
class Place:
    """Where and in what type tensors are made, and how many key heads there are."""

    heads: int
    device: torch.device
    dtype: torch.dtype

    def by_head(self, numbers: torch.Tensor) -> torch.Tensor:
        """Of (n, ...) numbers of tokens or rows those of (n x key heads, ...) that belong to each key head."""
        heads = torch.arange(self.heads, device=self.device).view(-1, *[1] * (numbers.ndim - 1))
        return (numbers[:, None] * self.heads + heads).flatten(0, 1)

    def hidden(self, seen: torch.Tensor, columns: int) -> torch.Tensor:
        """(n, key heads, places, columns): -inf beyond the first `seen` (n, places) of them, else 0."""
        beyond = torch.arange(columns, device=self.device) >= seen[:, None, :, None]
        shown = torch.zeros((len(seen), self.heads, *beyond.shape[2:]), dtype=self.dtype, device=self.device)
        return shown.masked_fill_(beyond, -torch.inf)


def own_columns(used: Sequence[int], counts: Sequence[int], columns: int, place: Place) -> tuple[torch.Tensor, Own]:
    """Where each token is kept, and what it sees there. `used` are columns of each row, `counts` its tokens in this
    step, which are kept one after the other."""
    first, places = to_device(list(used), place.device), max(counts)
    rows = torch.arange(len(counts), device=place.device)
    if places == 1:
        written = place.by_head(rows) * columns + first.repeat_interleave(place.heads)
        hidden = place.hidden(first[:, None] + 1, columns)
        return written, Own(len(counts), hidden, taken=written, places=written)  # neither is looked at then
    owners = to_device([row for row, count in enumerate(counts) for _ in range(count)], place.device)
    within = to_device([each for count in counts for each in range(count)], place.device)
    written = place.by_head(owners) * columns + (first[owners] + within).repeat_interleave(place.heads)
    filled = to_device([[min(each, count - 1) for each in range(places)] for count in counts], place.device)
    hidden = place.hidden(first[:, None] + filled + 1, columns)
    begins = to_device([sum(counts[:row]) for row in range(len(counts))], place.device)
    taken = place.by_head(begins[:, None] + filled).flatten()
    return written, Own(
        len(counts), hidden, taken, place.by_head(owners) * places + within.repeat_interleave(place.heads)
    )


def prompt_columns(prompts: dict[int, list[Prefix]], owners: Sequence[Prefix], place: Place) -> Arranged:
    """Blocks of prompts, and which tokens and key heads are in which place of them. `prompts` are by the columns that
    they are given; `owners` are those that the tokens continue."""
    if not prompts:
        return [], to_device([], place.device, torch.long), to_device([], place.device, torch.long)
    members: dict[int, list[int]] = {}
    for token, prefix in enumerate(owners):
        members.setdefault(id(prefix), []).append(token)
    found: list[Block] = []
    taken: list[int] = []
    for width, beside in prompts.items():
        tokens = [members[id(each)] for each in beside]
        for first, end in blocks([len(each) for each in tokens], width):
            filled = _filled(tokens[first:end])
            new = [token * place.heads + head for each in filled for head in range(place.heads) for token in each]
            lengths = to_device([[each.tokens] for each in beside[first:end]], place.device)
            hidden = place.hidden(lengths, width)
            found.append(Block(width, first, end, slice(len(taken), len(taken) + len(new)), hidden))
            taken += new
    places = {each: where for where, each in enumerate(taken)}
    inverse = [places[each] for each in range(len(owners) * place.heads)]
    return found, to_device(taken, place.device), to_device(inverse, place.device)


def _filled(tokens: Sequence[list[int]]) -> list[list[int]]:
    """The tokens of each prompt, its last one again until it has as many as the one with most."""
    most = max(len(each) for each in tokens)
    return [each + each[-1:] * (most - len(each)) for each in tokens]


def width_of(tokens: int) -> int:
    """The columns that a prompt is given, so that prompts of about the same length lie side by side.

    A power of 2, or half as much again: at most a third of them are empty in a long prompt.
    """
    power = 1 << max(SHORTEST.bit_length() - 1, (tokens - 1).bit_length() - 1)
    return next(width for width in (power, power * 3 // 2, power * 2) if tokens <= width)


def blocks(counts: Sequence[int], width: int) -> list[tuple[int, int]]:
    """Neighbouring prompts of one width in blocks (first, end), by the tokens of each.

    All prompts of a block are given the places of the one with most tokens: a prompt joins the one before it where the
    places left empty cost less than a block of its own.
    """
    found: list[tuple[int, int]] = []
    for place, tokens in enumerate(counts):
        first = found[-1][0] if found else place
        before = max(counts[first:place], default=0) * (place - first)
        if found and (max(counts[first : place + 1]) * (place + 1 - first) - before - tokens) * width <= CALLS:
            found[-1] = first, place + 1
        else:
            found.append((place, place + 1))
    return found
