"""Section 5 on a terminal."""

from collections.abc import Callable, Iterator

from rich.console import RenderableType
from rich.text import Text

from evalkit.anatomy.loop import NUMBERS, Loop, Step
from evalkit.anatomy.terminal.cells import percent, shown, table, titled

TextOf = Callable[[int], str]


def render(found: Loop, text_of: TextOf) -> Iterator[RenderableType]:
    """The verdict, then every step."""
    yield Text(found.verdict, style="bold" if found.differing else "bold green")
    yield Text(found.ending)
    made = table(
        "step", "uniform", "interval of the token", "id", "token", "p", "rank", "alternatives",
        f"other numbers: {', '.join(f'{number:g}' for number in NUMBERS)}",
        numbers=("step", "id", "p", "rank"),
    )  # fmt: skip
    for step in found.steps:
        made.add_row(*_row(step, text_of), style="" if step.same else "bold red")
    yield titled(f"Every step (T={found.temperature:g}, seed {found.seed})", made)


def _row(step: Step, text_of: TextOf) -> tuple[RenderableType, ...]:
    others = [each for each in step.alternatives if each.token != step.token][:3]
    alternatives = Text(", ").join(shown(text_of(each.token), 20) + f" {percent(each.probability)}" for each in others)
    drawn = shown(text_of(step.token), 20)
    if not step.same:
        drawn += Text(" ≠ ") + shown(text_of(step.replayed), 20)
    return (
        str(step.index), f"{step.uniform:.6f}", f"{step.low:.6f} to {step.high:.6f}", str(step.token), drawn,
        percent(step.probability), str(step.rank), alternatives,
        Text(" ").join(shown(text_of(token), 14) for token in step.others),
    )  # fmt: skip
