"""Tokens that a sample may draw next: what followed the same tokens before, in its prompt or in a sample of it.

A network reads several tokens of a row in about the time of one, as long as rows are few. So a step is given the last
token of a row and a draft of the next ones. Each is drawn as ever, from the distribution after the tokens before it and
with the uniform of its position; as long as the draft is what was drawn, the next draw counts too. A draft decides how
many tokens a step yields, never which.

Looking drafts up in the prompt is known as prompt lookup decoding (Apoorv Saxena, 2023).
"""

import math
from collections.abc import Sequence
from typing import Self

LENGTHS = 3, 2, 1  # of the tokens that are looked for; the longest found decides
LONGEST = 11  # tokens of a draft
STEP_COST = 24.0  # of a step beside its tokens, in tokens: about that of a small model (benchmarks/steps.py)
OVERHEAD = 0.1  # of a step without drafts: what any of them cost beside their tokens, for rows attend by places then
FIRST_CHANCES = {1: 0.3, 2: 0.5, 3: 0.7}
CERTAIN = 0.98  # the highest chance
RATE = 0.15  # of a chance, that each token tried makes new
RETRY_AFTER = 16  # times that a draft does not pay before one token of it is tried all the same


class Drafts:
    """What followed which tokens in one prompt and its samples, as far as they are drawn. The last time counts."""

    def __init__(self, prompt_ids: list[int]) -> None:
        self._prompt_ids = prompt_ids
        self._found: dict[tuple[int, ...], tuple[list[int], int]] = {}
        for position in range(1, len(prompt_ids)):
            self._note(prompt_ids[max(0, position - LENGTHS[0]) : position], prompt_ids, position)

    def learn(self, ids: list[int], known: int) -> None:
        """`ids` were drawn after the prompt; the first `known` of them are noted already. The list may grow."""
        for position in range(known, len(ids)):
            self._note(self._before(ids, position), ids, position)

    def after(self, ids: Sequence[int], count: int) -> tuple[list[int], int]:
        """At most `count` tokens that may come after `ids`, and how many tokens before were the same, 0 for none.

        What the ids end with may go round and round.
        """
        tail = self._before(ids, len(ids))
        for length in LENGTHS:
            found = self._found.get(tuple(tail[-length:])) if length <= len(tail) else None
            if found is not None:
                other, position = found
                draft = other[position : position + count]
                return (draft * count)[:count] if other is ids and draft else draft, length
        return [], 0

    def _before(self, ids: Sequence[int], position: int) -> Sequence[int]:
        if position >= LENGTHS[0]:
            return ids[position - LENGTHS[0] : position]
        return [*self._prompt_ids[-LENGTHS[0] :], *ids[:position]][-LENGTHS[0] :]

    def _note(self, before: Sequence[int], ids: list[int], position: int) -> None:
        for length in LENGTHS:
            if length <= len(before):
                self._found[tuple(before[-length:])] = ids, position


def pay(gain: float, drafted: int, rows: int) -> bool:
    """Whether so many drafted tokens make a step of so many rows worth more; `gain` of them are likely to come true.

    Without them the step draws `rows` tokens in the time of STEP_COST + rows.
    """
    alone = STEP_COST + rows
    return gain * alone > rows * (drafted + OVERHEAD * alone)


class Odds:
    """How often drafted tokens of one row come true, by how many tokens before them were the same.

    A step of n tokens takes as long as STEP_COST + n, and about n tokens are drawn in it. One token more pays if the
    chance that it is drawn, too, is above n / (STEP_COST + n). That a whole draft comes true is a power of the chance.
    """

    def __init__(self) -> None:
        self._chances = dict(FIRST_CHANCES)
        self._passed = dict.fromkeys(FIRST_CHANCES, 0)  # times that no draft paid

    def copy(self) -> Self:
        """For a row that parts from this one."""
        made = type(self)()
        made._chances, made._passed = dict(self._chances), dict(self._passed)
        return made

    def chance(self, matched: int) -> float:
        """That the first token of a draft comes true, after `matched` tokens that were the same."""
        return self._chances[matched]

    def worth(self, matched: int, tokens: int) -> int:
        """How many tokens of a draft pay in a step that has so many already."""
        chance, needed = self._chances[matched], tokens / (STEP_COST + tokens)
        if chance > needed:
            return int(math.log(needed) / math.log(chance))
        self._passed[matched] = (self._passed[matched] + 1) % RETRY_AFTER
        return int(self._passed[matched] == 0)  # now and then, for the text may be another now

    def gain(self, matched: int, drafted: int) -> float:
        """How many of so many tokens are likely to come true."""
        return sum(self._chances[matched] ** length for length in range(1, drafted + 1))

    def learn(self, matched: int, drafted: int, held: int) -> None:
        """The first `held` of so many drafted tokens came true."""
        for came_true in [1.0] * held + [0.0] * (held < drafted):
            chance = self._chances[matched]
            self._chances[matched] = min(CERTAIN, chance + RATE * (came_true - chance))
