"""Section 7 on a terminal."""

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text

from evalkit.anatomy.terminal.cells import percent, shown, table, titled
from evalkit.anatomy.words import KEYWORDS, Style, Words


def render(found: Words) -> Iterator[RenderableType]:
    """The guards of the reference under each sentence, then the samples of each prompt style."""
    yield _places(found) if found.places else Text(f"The reference of {found.task_id} has no if, raise, try or with.")
    yield _styles(f"The samples of {found.task_id}, by prompt style", found.of_task)
    yield _styles("All samples of the run, by prompt style", found.styles)
    yield Text(
        "\nMore guards are not more right code: a sentence may raise the probability of a guard where the reference "
        "has one and elsewhere alike. The last two columns say what became of it.",
        style="italic",
    )


def _places(found: Words) -> RenderableType:
    names = [each or "(as asked)" for each in found.sentences]
    made = table("guard of the reference", *names, numbers=tuple(names))
    for place in found.places:
        cells = [f"{percent(p)} ({rank})" for p, rank in zip(place.probabilities, place.ranks, strict=True)]
        made.add_row(shown(place.line, 50), *cells)
    changes = ["", *(f"{found.change(at):+.2f} nats" for at in range(1, len(names)))]
    made.add_row("mean change", *changes, style="bold")
    return titled("Probability (rank) of the guard's first token where the reference has it, T=1", made)


def _styles(title: str, found: Sequence[Style]) -> RenderableType:
    numbers = ("samples", *KEYWORDS, "guards", "requirements kept", "pass everything")
    made = table("prompt style", *numbers, numbers=numbers)
    for each in found:
        counts = [f"{each.by_keyword[word]:.2f}" for word in KEYWORDS]
        made.add_row(
            each.name, str(each.samples), *counts, f"{each.guards:.2f}", percent(each.requirements_kept),
            percent(each.passed),
        )  # fmt: skip
    return titled(title, made)
