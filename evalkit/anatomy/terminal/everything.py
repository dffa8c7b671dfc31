"""All sections that were computed, for a terminal."""

from collections.abc import Iterator
from functools import partial

from rich.console import RenderableType

from evalkit.anatomy.sections import Found, text_of
from evalkit.anatomy.terminal import attention, distribution, embeddings, fork, loop, tokens, words


def rendered(found: Found) -> Iterator[tuple[str, Iterator[RenderableType]]]:
    """The name of each section that was computed, and what a terminal shows of it."""
    if found.tokens:
        yield "tokens", tokens.render(found.tokens)
    if found.embeddings:
        yield "embeddings", embeddings.render(found.embeddings)
    if found.attention:
        yield "attention", attention.render(found.attention)
    if found.distribution:
        yield "distribution", distribution.render(found.distribution)
    if found.loop:
        yield "loop", loop.render(found.loop, partial(text_of, found.subject))
    if found.fork:
        yield "fork", fork.render(found.fork)
    if found.words:
        yield "words", words.render(found.words)
