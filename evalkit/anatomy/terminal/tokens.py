"""Section 1 on a terminal."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from evalkit.anatomy.merges import Merged
from evalkit.anatomy.spellings import Spelling
from evalkit.anatomy.terminal.cells import bar, shown, table, titled
from evalkit.anatomy.tokens import Tokens


def render(found: Tokens) -> Iterator[RenderableType]:
    """Every token, the merges, and the spellings."""
    yield Text(
        f"{len(found.tokens):,} tokens for {found.characters:,} characters, {found.bits:,.1f} bits of surprise in all. "
        f"Tokenizer: {found.kind}."
    )
    numbers = ("at", "id", "bits", "rank")
    made = table("at", "id", "token", "bytes", "characters", "bits", "rank", "", numbers=numbers)
    for each in found.tokens:
        bits, rank = ("", "") if each.bits is None else (f"{each.bits:.2f}", str(each.rank))
        span = f"{each.start}-{each.end}"
        made.add_row(
            str(each.index), str(each.id), shown(each.text, 30), each.bytes[:12].hex(" "), span, bits, rank,
            bar((each.bits or 0) / 20, 10),
        )  # fmt: skip
    yield titled("Tokens", made)
    yield from map(_merges, found.words)
    yield from _spellings(found.spellings)


def _merges(word: Merged) -> RenderableType:
    tokens = " ".join(word.tokens)
    if word.whole:
        return Text(f"'{word.text}' is in the vocabulary as a whole; no merge is applied.")
    counts = f"{len(word.characters)} letters, {len(word.merges)} merges, {len(word.tokens)} tokens"
    made = table("merge", "rank", "pieces", numbers=("rank",))
    made.add_row("", "", Text(" ".join(word.characters)))
    for each in word.merges:
        made.add_row(Text(f"{each.left} + {each.right}"), f"{each.rank:,}", Text(" ".join(each.pieces)))
    return titled(f"'{word.text}': {counts}: {tokens}", made)


def _spellings(found: tuple[Spelling, ...]) -> Iterator[RenderableType]:
    if not found:
        return
    made = table("name", "style", "spelt", "tokens", "pieces", numbers=("tokens",))
    for each in found:
        pieces = Text(" | ").join(shown(piece, 30) for piece in each.pieces)
        made.add_row(shown(each.name), each.style, shown(each.spelt), str(len(each.pieces)), pieces)
    yield titled("One name in every identifier style", made)
