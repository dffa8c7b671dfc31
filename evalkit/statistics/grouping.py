"""A frame cut into the groups that a table has rows for."""

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd


def grouped(frame: pd.DataFrame, by: Sequence[str]) -> Iterator[tuple[dict[str, Any], pd.DataFrame]]:
    """Each group of `by` in order of first appearance, as (its values, its rows); without `by` the whole frame."""
    if not by:
        yield {}, frame
        return
    for values, members in frame.groupby(list(by), sort=False):
        yield dict(zip(by, values, strict=True)), members
