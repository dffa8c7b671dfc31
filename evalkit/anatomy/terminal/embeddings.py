"""Section 2 on a terminal."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from evalkit.anatomy.embeddings import Embeddings, Space
from evalkit.anatomy.terminal.cells import shown, table, titled


def render(found: Embeddings) -> Iterator[RenderableType]:
    """The nearest vocabulary tokens, cosines in both spaces, and what they cannot say."""
    made = table("word", "pieces", "nearest vocabulary tokens (cosine)")
    for each in found.words:
        nearest = Text(", ").join(shown(text, 20) + f" {value:.2f}" for text, value in each.nearest)
        made.add_row(shown(each.word), Text(" | ").join(shown(piece, 20) for piece in each.pieces), nearest)
    yield titled(f"Input embeddings ({found.width} numbers for a token), pooled over a word's tokens", made)
    for space in (found.input, found.context):
        yield _cosines(space, [each.word for each in found.words])
    yield Text(f"\n{found.note}", style="italic")


def _cosines(space: Space, words: list[str]) -> RenderableType:
    made = table("", *(word[:14] for word in words), numbers=tuple(word[:14] for word in words))
    for word, row in zip(words, space.cosines, strict=True):
        made.add_row(shown(word), *(f"{value:.2f}" for value in row))
    title = (
        f"Cosines, {space.name} (words that have nothing to do with each other: {space.level:.2f} ± {space.spread:.2f})"
    )
    return titled(title, made)
