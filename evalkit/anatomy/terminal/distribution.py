"""Section 4 on a terminal."""

from collections.abc import Iterator

from rich.console import RenderableType

from evalkit.anatomy.distribution import CLAIMED, Distribution
from evalkit.anatomy.marks import marked
from evalkit.anatomy.terminal.cells import bar, factor, percent, shown, table, titled


def render(found: Distribution) -> Iterator[RenderableType]:
    """Bars, then what each temperature makes of the distribution, then the documented example."""
    yield _bars(found)
    yield _numbers(found)
    yield from _example(found)


def _bars(found: Distribution) -> RenderableType:
    temperatures = [f"T={each.temperature:g}" for each in found.temperatures]
    title = f"The most likely of {found.vocabulary:,} tokens after position {found.position} ('{marked(found.after)}')"
    numbers = ("rank", "id", "logit", *temperatures)
    made = table("rank", "id", "token", "logit", *temperatures, "", numbers=numbers)
    at = min(range(len(temperatures)), key=lambda index: abs(found.temperatures[index].temperature - 1))
    for rank, each in enumerate(found.bars, 1):
        shares = [percent(share) for share in each.probabilities]
        cells: tuple[RenderableType, ...] = (str(rank), str(each.token), shown(each.text), f"{each.logit:.3f}", *shares)
        made.add_row(*cells, bar(each.probabilities[at]))
    return titled(title, made)


def _numbers(found: Distribution) -> RenderableType:
    pair = f"odds of '{marked(found.pair[0])}' to '{marked(found.pair[1])}'"
    made = table("T", "entropy (nats)", "tokens that hold 90 %", pair)
    for each in found.temperatures:
        made.add_row(f"{each.temperature:g}", f"{each.entropy:.3f}", f"{each.held:,}", factor(each.odds))
    return titled("What the temperature does", made)


def _example(found: Distribution) -> Iterator[RenderableType]:
    made = table("T", *(f"token {at}" for at in range(5)))
    for temperature, shares in found.example:
        made.add_row(f"{temperature:g}", *(f"{share * 100:.3f} %" for share in shares))
    yield titled("The documented example: logits 2.0, 1.5, 0.8, 0.3, -1.0", made)
    first, second = CLAIMED
    yield (
        f"An article gives {first:.0%} and {second:.0%} at T=0.1. No temperature gives token 1 more than "
        f"{found.most_of_second:.1%}."
    )
