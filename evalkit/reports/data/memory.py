"""Frames that several parts of a report show are made once."""

from collections.abc import Callable
from functools import wraps
from weakref import WeakKeyDictionary

import pandas as pd

from evalkit.reports.summary import Summary

Make = Callable[[Summary], pd.DataFrame]


def made_once(make: Make) -> Make:
    """Keeps what a function made of a summary as long as the summary lives."""
    known: WeakKeyDictionary[Summary, pd.DataFrame] = WeakKeyDictionary()

    @wraps(make)
    def remembered(summary: Summary) -> pd.DataFrame:
        if summary not in known:
            known[summary] = make(summary)
        return known[summary]

    return remembered
