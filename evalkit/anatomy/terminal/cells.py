"""How texts and numbers stand in a terminal's tables."""

import math

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from evalkit.anatomy.marks import marked

BLOCKS = " ▏▎▍▌▋▊▉█"


def shown(text: str, limit: int = 60) -> Text:
    """A token's text, its spaces and line feeds to be seen; nothing in it is markup."""
    return Text(marked(text, limit))


def percent(share: float) -> str:
    """A probability in per cent, with as many digits as say something.

    >>> percent(0.5), percent(0.0312), percent(0.00004), percent(0)
    ('50.0 %', '3.12 %', '0.004 %', '0 %')
    """
    if share == 0:
        return "0 %"
    value = share * 100
    digits = 1 if value >= 10 else 2 if value >= 0.1 else min(9, 1 - math.floor(math.log10(value)))
    return f"{value:.{digits}f}".rstrip("0").rstrip(".") + " %" if value < 0.1 else f"{value:.{digits}f} %"


def bar(share: float, width: int = 20) -> str:
    """A bar of a share from 0 to 1.

    >>> bar(0.5, 4), bar(0.28, 4)
    ('██', '█▏')
    """
    eighths = round(min(max(share, 0.0), 1.0) * width * 8)
    return (BLOCKS[-1] * (eighths // 8) + BLOCKS[eighths % 8]).rstrip()


def titled(title: str, body: RenderableType) -> Group:
    """A table under its title, which may be wider than the table."""
    return Group(Text(f"\n{title}", style="bold"), body)


def table(*columns: str, numbers: tuple[str, ...] = ()) -> Table:
    """An empty table; the columns of `numbers` are aligned to the right."""
    made = Table(box=None, pad_edge=False, header_style="dim")
    for name in columns:
        made.add_column(name, justify="right" if name in numbers else "left", overflow="fold")
    return made


def factor(value: float) -> str:
    """A ratio; very large ones as powers of ten.

    >>> factor(1.649), factor(148.4), factor(3e9), factor(math.inf)
    ('1.65', '148', '3.0e+09', '∞')
    """
    if math.isinf(value):
        return "∞"
    return f"{value:.2f}" if value < 100 else f"{value:,.0f}" if value < 1e6 else f"{value:.1e}"
