"""Where the records of single samples come from: their shards, and the texts of tokens that were drawn somewhere."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

from evalkit.results import Results
from evalkit.results.frames import as_table
from evalkit.results.lookup import lookup_of
from evalkit.results.texts import unescape

REMEMBERED = 128  # samples: those of one prompt are looked at together, for their forks
LEARNT = 3_000  # samples whose tokens are looked at


class Source:
    """Texts and tokens of single samples."""

    def __init__(self, results: Results) -> None:
        self._lookup = lookup_of(results)
        self._remembered = lru_cache(maxsize=REMEMBERED)(self._read)
        there = "solution" in results.samples  # not without texts
        self._solutions = as_table(results.samples[["solution"]])["solution"] if there else None

    def sample(self, number: int) -> tuple[Mapping[str, Any], Mapping[str, Sequence[Any]]]:
        """The columns of a sample, and its tokens as one list per quantity."""
        return self._remembered(number)

    def _read(self, number: int) -> tuple[Mapping[str, Any], Mapping[str, Sequence[Any]]]:
        return self._lookup.sample(number), self._lookup.tokens(number)

    def solution(self, number: int) -> str | None:
        """What was executed."""
        known = self._solutions
        code = self._lookup.sample(number)["solution"] if known is None else known[number].as_py()
        return None if code is None else unescape(code)


class Vocabulary:
    """Texts of token ids, learnt from where they were drawn: no tokenizer is needed, and none is asked for."""

    def __init__(self, results: Results) -> None:
        self._texts: dict[int, str] = {}
        if any("top_ids" in table.column_names for table in islice(results.token_lists(), 1)):
            self._learn(results)

    def text(self, token: int) -> str | int:
        """The text of a token, or its id where it was never seen drawn."""
        return self._texts.get(token, token)

    def _learn(self, results: Results) -> None:
        left = LEARNT
        for samples, tokens in results.samples_with_tokens(["completion"], ["ids", "ends"]):
            columns = (samples["completion"].to_pylist(), tokens["ids"].to_pylist(), tokens["ends"].to_pylist())
            for completion, ids, ends in zip(*columns, strict=True):
                text = unescape(completion)
                for token, begin, end in zip(ids, (0, *ends), ends, strict=False):
                    if end > begin:
                        self._texts.setdefault(token, text[begin:end])
            left -= len(columns[0])
            if left <= 0:
                return
