"""Section 6 on a terminal."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from evalkit.anatomy.fork import Forks
from evalkit.anatomy.marks import marked
from evalkit.anatomy.terminal.cells import percent, shown, table, titled
from evalkit.statistics.forks import Fork

MOST = 10


def render(found: Forks) -> Iterator[RenderableType]:
    """The sample's own forks, then the commonest of the run."""
    yield Text(
        f"{found.pairs} forks: a sample that broke a requirement, and the one that kept it with the longest beginning "
        f"in common. {found.word_first} part at a word. Where they part need not be what decided."
    )
    for each in found.of_sample[:MOST]:
        yield _fork(each)
    if found.pairs:
        yield _commonest(found)


def _fork(each: Fork) -> RenderableType:
    made = table("road", "token", "p at T=1", "rank", "line", numbers=("p at T=1", "rank"))
    for name, road in (("failing", each.taken), ("passing", each.other)):
        made.add_row(name, shown(road.text), percent(road.probability), str(road.rank), shown(road.line, 80))
    title = f"{each.requirement}: after {each.shared} tokens in common ('{marked(each.before[-30:])}')"
    return titled(title, made)


def _commonest(found: Forks) -> RenderableType:
    numbers = ("forks", "p taken", "p not taken", "its rank")
    made = table("task", "requirement it cost", "drawn", "not drawn", *numbers, numbers=numbers)
    for each in found.commonest:
        made.add_row(
            each.task_id, each.requirement, shown(each.taken), shown(each.other), str(each.forks),
            percent(each.probability_taken), percent(each.probability_other), str(each.rank_other),
        )  # fmt: skip
    return titled("The commonest forks of the run", made)
