"""Finds the passages of some texts that a question is about: BM25 over words, the same result every time."""

import re
from collections.abc import Iterable, Iterator, Sequence

from evalkit.types import Document

SHOWN = 3  # passages
PASSAGE = 1000  # characters of a passage at most, unless one paragraph is longer

# Names are taken apart, so that a style of identifiers does not decide what is found.
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def passages(texts: Iterable[Document]) -> Iterator[Document]:
    """The texts cut at blank lines into passages of a few paragraphs."""
    for text in texts:
        passage = ""
        for paragraph in re.split(r"\n(?:[ \t]*\n)+", text.text.strip("\n")):
            if passage and len(passage) + len(paragraph) > PASSAGE:
                yield Document(text.name, passage)
                passage = ""
            passage += f"\n\n{paragraph}" if passage else paragraph
        if passage:
            yield Document(text.name, passage)


def most_relevant(question: str, candidates: Sequence[Document]) -> tuple[Document, ...]:
    """The best SHOWN passages that share a word with the question, the best one first; the earlier one on a tie."""
    corpus = [words(candidate.text) for candidate in candidates]
    if not any(corpus):
        return ()
    import bm25s  # takes a second to import, and most runs search nothing

    index = bm25s.BM25()
    index.index(corpus, show_progress=False)
    scores = index.get_scores(sorted(set(words(question)))).tolist()
    ranked = sorted(range(len(candidates)), key=lambda at: -scores[at])
    return tuple(candidates[at] for at in ranked[:SHOWN] if scores[at] > 0)


def words(text: str) -> list[str]:
    """The words of a text or of code, names taken apart, in lower case.

    >>> words("parse_duration(maxHTTPRetries=3)")
    ['parse', 'duration', 'max', 'http', 'retries', '3']
    """
    return [word.lower() for word in _WORD.findall(text)]
