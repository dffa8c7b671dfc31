"""Heads that track something, found by measuring: how much of a head's attention goes to where a bracket was opened,
to the line before, to an earlier occurrence, to an import; next to what it gives to the same distances elsewhere.

A case is a position and the earlier tokens that it has to do with. Its control is a position drawn at random with
tokens at the same distances, so that a head that always looks five tokens back tracks nothing. The first token is
never among them: heads that find nothing look there.
"""

import math
import random
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

import torch

MOST_CASES = 64  # of a kind, spread over the text
FEWEST_CASES = 8  # of less the standard error says little
CLEAR = 4.0  # standard errors above the control: of 336 heads about 0.01 get there by chance
_INDENTED = re.compile(r"\n([ \t]+)(?=\S|$)")
_CLOSING = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True)
class Case:
    """A query position, and the positions whose weights are added up."""

    query: int
    targets: tuple[int, ...]


@dataclass(frozen=True)
class HeadScore:
    """What one head gives to the targets of a kind: mean share over the cases, the control's, and the standard error
    of their difference over so many `cases`."""

    layer: int
    head: int
    share: float
    control: float
    error: float
    cases: int

    @property
    def clear(self) -> bool:
        """Whether the head tracks this, beyond chance and to some extent."""
        return self.cases >= FEWEST_CASES and self.share - self.control > max(CLEAR * self.error, 0.05)


@dataclass(frozen=True)
class Tracking:
    """The heads that look most at one kind of thing, the best first; `clear` of all heads do so beyond chance."""

    kind: str
    cases: int
    heads: tuple[HeadScore, ...]
    clear: int


def cases(texts: Sequence[str], ids: Sequence[int]) -> dict[str, list[Case]]:
    """The cases of each kind in a text of tokens."""
    found = {
        "brackets": _brackets(texts),
        "indentation": _indentation(texts),
        "previous occurrence": _occurrences(texts, ids, 0),
        "induction": _occurrences(texts, ids, 1),
        "imports": _imports(texts),
    }
    return {
        kind: [each for each in several if each.targets and 0 not in each.targets] for kind, several in found.items()
    }


def _brackets(texts: Sequence[str]) -> Iterator[Case]:
    """A closing bracket, and the token that opened it."""
    opened: list[tuple[str, int]] = []
    for at, text in enumerate(texts):
        for letter in text:
            if letter in _CLOSING.values():
                opened.append((letter, at))
            elif letter in _CLOSING and opened and opened[-1][0] == _CLOSING[letter]:
                _, place = opened.pop()
                if place < at - 1:  # the token before is looked at for many other reasons
                    yield Case(at, (place,))


def _indentation(texts: Sequence[str]) -> Iterator[Case]:
    """The token in which a line's white space begins, and that of the last line that is indented alike."""
    starts = list(accumulate(map(len, texts), initial=0))
    last: dict[str, int] = {}
    for found in _INDENTED.finditer("".join(texts)):
        at, space = bisect_right(starts, found.start(1)) - 1, found[1]
        if last.get(space, at) < at - 1:
            yield Case(at, (last[space],))
        last[space] = at


def _occurrences(texts: Sequence[str], ids: Sequence[int], after: int) -> Iterator[Case]:
    """A word, and its last occurrence, or (`after` is 1) what followed there: the induction of Olsson et al. 2022
    (arXiv 2209.11895)."""
    last: dict[int, int] = {}
    for at, (token, text) in enumerate(zip(ids, texts, strict=True)):
        if sum(map(str.isalpha, text)) > 1:
            if token in last and last[token] + after < at - 1:
                yield Case(at, (last[token] + after,))
            last[token] = at


def _imports(texts: Sequence[str]) -> Iterator[Case]:
    """A name that an import brought in, and the tokens of that import."""
    bound: dict[str, tuple[int, ...]] = {}
    for positions in _lines(texts):
        line = "".join(texts[at] for at in positions)
        if found := re.match(r"\s*(?:from\s+\S+\s+)?import\s+(.+)", line):
            words = re.findall(r"[^\W\d]\w+", found[1])
            bound |= dict.fromkeys(words, tuple(at for at in positions if at))
            continue
        for at in positions:
            if targets := bound.get(texts[at].strip()):
                yield Case(at, targets)


def _lines(texts: Sequence[str]) -> Iterator[list[int]]:
    line: list[int] = []
    for at, text in enumerate(texts):
        line.append(at)
        if "\n" in text:
            yield line
            line = []
    if line:
        yield line


class Tracker:
    """Adds up, while a model reads, what each head gives to the cases of one kind and to their controls."""

    def __init__(self, kind: str, found: Sequence[Case], length: int) -> None:
        step = max(1, math.ceil(len(found) / MOST_CASES))
        self.kind, self._cases = kind, list(found)[::step]
        self._controls = [_control(case, self._cases, length) for case in self._cases]
        self._sums: dict[int, torch.Tensor] = {}  # layer -> (2, heads, cases)

    def take(self, layer: int, first: int, weights: torch.Tensor) -> None:
        """The weights (heads, queries, keys) of one layer, whose queries begin at position `first`."""
        if layer not in self._sums:
            self._sums[layer] = torch.zeros(2, weights.shape[0], len(self._cases))
        for side, several in enumerate((self._cases, self._controls)):
            for number, case in enumerate(several):
                if 0 <= case.query - first < weights.shape[1]:
                    given = weights[:, case.query - first, list(case.targets)].sum(dim=1)
                    self._sums[layer][side, :, number] = given.float().cpu()

    def result(self, top: int = 5) -> Tracking:
        """The heads that give most above their controls."""
        scores = [score for layer, sums in sorted(self._sums.items()) for score in _scores(layer, sums)]
        scores.sort(key=lambda score: score.control - score.share)
        return Tracking(self.kind, len(self._cases), tuple(scores[:top]), sum(score.clear for score in scores))


def _control(case: Case, of_kind: Sequence[Case], length: int) -> Case:
    """Another position with targets at the same distances, always the same one for the same case."""
    distances = [case.query - target for target in case.targets]
    taken = {each.query for each in of_kind}
    free = [at for at in range(max(distances) + 1, length) if at not in taken] or [case.query]
    query = random.Random(case.query).choice(free)
    return Case(query, tuple(query - distance for distance in distances))


def _scores(layer: int, sums: torch.Tensor) -> Iterator[HeadScore]:
    count = sums.shape[2]
    if not count:
        return
    differences = sums[0] - sums[1]
    errors = differences.std(dim=1, unbiased=True) / math.sqrt(count) if count > 1 else torch.full((len(sums[0]),), 1.0)
    for head in range(sums.shape[1]):
        share, control = float(sums[0, head].mean()), float(sums[1, head].mean())
        yield HeadScore(layer, head, share, control, float(errors[head]), count)
