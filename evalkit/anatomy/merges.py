"""The merges of a byte-pair tokenizer, in the order they are applied: from characters to tokens.

Sennrich et al. 2016 (arXiv 1508.07909), section 3.2: of all neighbouring pairs the one learned first is joined,
wherever it stands, until no pair is left that was learned. Most vocabularies of code models work on bytes that are
written as characters (Radford et al. 2019, section 2.2): `Ġ` is a space, `Ċ` a newline.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

OTHERS = {
    "Unigram": "Unigram: no merges; of all ways to cut a text the one whose pieces are most likely is taken",
    "WordPiece": "WordPiece: no merges; the longest known piece is cut off a word's beginning, again and again",
    "WordLevel": "WordLevel: no merges; every word is a token or unknown",
}


@dataclass(frozen=True)
class Merge:
    """One merge: the pair, its rank (from 0; the lowest goes first), and the pieces after it."""

    left: str
    right: str
    rank: int
    pieces: tuple[str, ...]


@dataclass(frozen=True)
class Merged:
    """A piece of text that is tokenized by itself: its characters, the merges, and the tokens in the end."""

    text: str
    characters: tuple[str, ...]
    merges: tuple[Merge, ...]
    tokens: tuple[str, ...]
    whole: bool = False  # taken from the vocabulary as it is, before any merge


class BytePairs:
    """The merge rules of a tokenizer of transformers; `of` gives None for a tokenizer of another kind."""

    def __init__(self, backend: Any, model: Mapping[str, Any]) -> None:
        self._backend = backend
        pairs = (each.split(" ") if isinstance(each, str) else each for each in model["merges"])
        self._ranks = {(left, right): rank for rank, (left, right) in enumerate(pairs)}
        self._whole = set(model["vocab"]) if model.get("ignore_merges") else set()

    @classmethod
    def of(cls, tokenizer: Any) -> "BytePairs | None":
        """The rules of a fast tokenizer, if byte pairs are what it works by."""
        backend, model = _model(tokenizer)
        return cls(backend, model) if model.get("type") == "BPE" else None

    def words(self, text: str) -> list[str]:
        """The pieces a text is cut into before any merge, in the vocabulary's alphabet."""
        normalizer, cutter = self._backend.normalizer, self._backend.pre_tokenizer
        text = normalizer.normalize_str(text) if normalizer else text
        return [piece for piece, _ in cutter.pre_tokenize_str(text)] if cutter else [text]

    def merge(self, word: str) -> Merged:
        """The merges of one such piece, step by step."""
        if word in self._whole:
            return Merged(word, tuple(word), (), (word,), whole=True)
        steps = tuple(self._steps(word))
        return Merged(word, tuple(word), steps, steps[-1].pieces if steps else tuple(word))

    def _steps(self, word: str) -> Iterator[Merge]:
        pieces = list(word)
        while known := [pair for pair in pairwise(pieces) if pair in self._ranks]:
            pair = min(known, key=self._ranks.__getitem__)
            pieces = joined(pieces, pair)
            yield Merge(*pair, self._ranks[pair], tuple(pieces))


def joined(pieces: Sequence[str], pair: tuple[str, str]) -> list[str]:
    """The pieces with every occurrence of the pair joined, from the left.

    >>> joined(["a", "a", "a", "b"], ("a", "a"))
    ['aa', 'a', 'b']
    """
    found: list[str] = []
    at = 0
    while at < len(pieces):
        size = 2 if tuple(pieces[at : at + 2]) == pair else 1
        found.append("".join(pieces[at : at + size]))
        at += size
    return found


def kind_of(tokenizer: Any) -> str:
    """What kind of tokenizer it is, in words."""
    _, model = _model(tokenizer)
    kind = str(model.get("type") or type(tokenizer).__name__)
    if kind == "BPE":
        return f"byte pairs (BPE), {len(model['merges']):,} merges"
    return OTHERS.get(kind, f"{kind}: not byte pairs, so there are no merges to show")


def _model(tokenizer: Any) -> tuple[Any, Mapping[str, Any]]:
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:
        return None, {}
    model: Mapping[str, Any] = json.loads(backend.to_str())["model"]
    return backend, model
