"""Section 1: a text as the model gets it: token ids, their bytes, how they were made, and how surprising they are."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from evalkit.anatomy.merges import BytePairs, Merged, kind_of
from evalkit.anatomy.reading import Reading
from evalkit.anatomy.spellings import Spelling, spellings

if TYPE_CHECKING:
    from evalkit.models.tokenization import Tokenization

MOST_WORDS = 12  # words whose merges are shown


@dataclass(frozen=True)
class Token:
    """One token of a prompt. `start` and `end` are characters; `bits` is -log2 of its probability at T=1 (None for the
    first, which nothing comes before); `rank` counts from 1."""

    index: int
    id: int
    text: str
    bytes: bytes
    start: int
    end: int
    bits: float | None
    rank: int | None


@dataclass(frozen=True)
class Tokens:
    """The tokens of a prompt, the merges of the words that take most of them, and names in every identifier style."""

    kind: str
    characters: int
    tokens: tuple[Token, ...]
    words: tuple[Merged, ...]
    spellings: tuple[Spelling, ...]

    @property
    def bits(self) -> float:
        """How surprising the whole prompt is, in bits."""
        return math.fsum(token.bits or 0.0 for token in self.tokens)


def tokens(tokenization: "Tokenization", text: str, names: Sequence[str], reading: Reading) -> Tokens:
    """What the tokenizer makes of `text`; `names` are spelt in every style; `reading` measured the prompt's ids."""
    ids = tokenization.encode(text)
    offsets = token_offsets(tokenization, text, len(ids))
    bytes_of = BytesOf(tokenization.tokenizer)
    found = tuple(
        Token(
            at, each, text[start:end] or tokenization.decode([each]), bytes_of(each), start, end,
            *(_surprise(reading, at) if at else (None, None)),
        )
        for at, (each, (start, end)) in enumerate(zip(ids, offsets, strict=True))
    )  # fmt: skip
    kind, words = kind_of(tokenization.tokenizer), tuple(_merged(tokenization.tokenizer, text, names))
    return Tokens(kind, len(text), found, words, tuple(spellings(tokenization, names)))


def token_offsets(tokenization: "Tokenization", text: str, count: int) -> list[tuple[int, int]]:
    """Where each token of a text stands in it (characters, end excluded)."""
    if getattr(tokenization.tokenizer, "is_fast", False):
        found = tokenization.tokenizer(text, add_special_tokens=False, verbose=False, return_offsets_mapping=True)
        return [(int(start), int(end)) for start, end in found["offset_mapping"]]
    ends = [len(piece) for piece in tokenization.pieces(text)]  # a slow tokenizer knows no offsets
    return list(pairwise(sum(ends[:at]) for at in range(count + 1)))


class BytesOf:
    """The bytes that each token of a tokenizer stands for.

    In a vocabulary of bytes those its letters are, else its text in UTF-8. A token that is only a part of a character
    is that part: `b'\\xf0'`.
    """

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._special = frozenset(getattr(tokenizer, "all_special_ids", ()))
        backend = getattr(tokenizer, "backend_tokenizer", None)
        of_bytes = backend is not None and "ByteLevel" in f"{backend.decoder!r}{backend.pre_tokenizer!r}"
        self._letters = byte_letters() if of_bytes else {}

    def __call__(self, token: int) -> bytes:
        piece = str(self._tokenizer.convert_ids_to_tokens(token))
        if token not in self._special and all(letter in self._letters for letter in piece):
            return bytes(self._letters[letter] for letter in piece)
        if len(piece) == 6 and piece.startswith("<0x") and piece.endswith(">"):  # a byte of SentencePiece
            return bytes.fromhex(piece[3:5])
        return str(self._tokenizer.decode([token])).encode("utf-8", "surrogatepass")


def byte_letters() -> dict[str, int]:
    """The letter of each byte in vocabularies of bytes, and back: bytes that print stand for themselves, the others
    take the letters from U+0100 on, in order (Radford et al. 2019, section 2.2)."""
    printing = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printing]
    return {chr(byte): byte for byte in printing} | {chr(256 + at): byte for at, byte in enumerate(others)}


def _surprise(reading: Reading, at: int) -> tuple[float | None, int | None]:
    if at > len(reading.logprobs):
        return None, None
    return -reading.logprobs[at - 1] / math.log(2), int(reading.ranks[at - 1])


def _merged(tokenizer: Any, text: str, names: Sequence[str]) -> Iterator[Merged]:
    """The words that need most tokens, the names that were asked for first."""
    rules = BytePairs.of(tokenizer)
    if rules is None:
        return
    asked = [word for name in names for word in rules.words(name)]
    others = [rules.merge(word) for word in dict.fromkeys(rules.words(text)) if word not in asked and len(word) < 60]
    others.sort(key=lambda merged: -len(merged.merges))
    yield from ([rules.merge(word) for word in dict.fromkeys(asked)] + others)[:MOST_WORDS]
