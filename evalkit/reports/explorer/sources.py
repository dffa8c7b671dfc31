"""The texts of tokens that were drawn somewhere."""

from functools import cached_property

import numpy as np

from evalkit.results.lookup import SampleLookup
from evalkit.results.texts import unescape

LEARNT = 3_000  # samples whose tokens are looked at


class Vocabulary:
    """Texts of token ids, learnt from where they were drawn: no tokenizer is needed, and none is asked for."""

    def __init__(self, lookup: SampleLookup) -> None:
        self._lookup = lookup

    def text(self, token: int) -> str | int:
        """The text of a token, or its id where it was never seen drawn."""
        return self._texts.get(token, token)

    @cached_property
    def _texts(self) -> dict[int, str]:
        found: dict[int, str] = {}
        first = np.arange(min(LEARNT, sum(self._lookup.sizes)))
        for _, sample, tokens in self._lookup.some(first, ["completion"], ["ids", "ends"]):
            text, ends = unescape(sample["completion"]), tokens["ends"]
            for token, begin, end in zip(tokens["ids"], (0, *ends), ends, strict=False):
                if end > begin:
                    found.setdefault(token, text[begin:end])
        return found
