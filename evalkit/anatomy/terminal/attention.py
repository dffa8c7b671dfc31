"""Section 3 on a terminal."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from evalkit.anatomy.attention import Attention
from evalkit.anatomy.heads import Tracking
from evalkit.anatomy.marks import marked
from evalkit.anatomy.terminal.cells import bar, percent, shown, table, titled

MOST_SEEN = 12


def render(found: Attention) -> Iterator[RenderableType]:
    """What is attended to by kind and by token, the heads that track something, and attention against distance."""
    layers, heads, context = found.weights.shape
    yield Text(
        f"Position {found.position} ('{marked(found.text)}') in {layers} layers of {heads} heads, {context} tokens; "
        f"{percent(found.outside)} of its attention goes to what stands before them."
    )
    yield _regions(found)
    yield _seen(found)
    yield _tracking(found.tracking)
    yield Text(f"\nThe first token alone gets {percent(found.sink)}; what follows is the rest.")
    yield _profile("distance (tokens)", found.by_distance)
    tenths = [(f"{at * 10} to {at * 10 + 10} %", share) for at, share in enumerate(found.by_tenth)]
    yield _profile("place in the context", tenths)


def _regions(found: Attention) -> RenderableType:
    made = table("attended to", "tokens", "share", "per token", "", numbers=("tokens", "share", "per token"))
    for each in found.regions:
        share = percent(each.share)
        made.add_row(each.name, str(each.tokens), share, percent(each.share / each.tokens), bar(each.share))
    return titled("By what is attended to (mean over layers and heads)", made)


def _seen(found: Attention) -> RenderableType:
    numbers = ("at", "mean share", "layer", "head", "its share")
    made = table("at", "token", "kind", "mean share", "layer", "head", "its share", numbers=numbers)
    for each in found.seen[:MOST_SEEN]:
        mean, most = percent(each.share), percent(each.most)
        made.add_row(str(each.index), shown(each.text, 30), each.region, mean, str(each.layer), str(each.head), most)
    return titled("The tokens that get most, and the head that gives most to each", made)


def _tracking(tracking: tuple[Tracking, ...]) -> RenderableType:
    numbers = ("cases", "heads", "layer", "head", "share", "elsewhere", "± (s.e.)")
    made = table("tracks", *numbers, numbers=numbers)
    for each in tracking:
        for at, score in enumerate(each.heads[:3]):
            first = (each.kind, str(each.cases), str(each.clear)) if at == 0 else ("", "", "")
            made.add_row(
                *first, str(score.layer), str(score.head), percent(score.share), percent(score.control),
                percent(score.error), style="" if score.clear else "dim",
            )  # fmt: skip
        if not each.heads:
            made.add_row(each.kind, "0", "", "", "", "no such place in this text")
    return titled("Heads that track something; 'elsewhere' is the same distance at other places", made)


def _profile(name: str, shares: "list[tuple[str, float]] | tuple[tuple[str, float], ...]") -> RenderableType:
    made = table(name, "share", "", numbers=("share",))
    for label, share in shares:
        made.add_row(label, percent(share), bar(share))
    return titled(f"Attention against {name}, mean over layers, heads and positions", made)
