"""Tokens that a sample may draw next: what followed the same tokens before, in its prompt or in a sample of it.

A network reads several tokens of a row in about the time of one, as long as rows are few. So a step is given the last
token of a row and a draft of the next ones. Each is drawn as ever, from the distribution after the tokens before it and
with the uniform of its position; as long as the draft is what was drawn, the next draw counts too. A draft decides how
many tokens a step yields, never which.

Looking drafts up in the prompt is known as prompt lookup decoding (Apoorv Saxena, 2023).
"""

from collections.abc import Sequence

LENGTHS = 3, 2, 1  # of the tokens that are looked for; the longest found decides
LONGEST = 7  # tokens of a draft
FIRST = 2  # tokens of a row's first draft


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

    def after(self, ids: Sequence[int], count: int) -> list[int]:
        """At most `count` tokens that may come after `ids`. What they end with may go round and round."""
        tail = self._before(ids, len(ids))
        for length in LENGTHS:
            found = self._found.get(tuple(tail[-length:])) if length <= len(tail) else None
            if found is not None:
                other, position = found
                draft = other[position : position + count]
                return (draft * count)[:count] if other is ids and draft else draft
        return []

    def _before(self, ids: Sequence[int], position: int) -> Sequence[int]:
        if position >= LENGTHS[0]:
            return ids[position - LENGTHS[0] : position]
        return [*self._prompt_ids[-LENGTHS[0] :], *ids[:position]][-LENGTHS[0] :]

    def _note(self, before: Sequence[int], ids: list[int], position: int) -> None:
        for length in LENGTHS:
            if length <= len(before):
                self._found[tuple(before[-length:])] = ids, position
