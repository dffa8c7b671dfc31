"""The numbers behind every chart: a name for each, and the tidy frame it stands for.

A frame has one row per mark. Its column `told` says the mark in words, for whoever points at it and for screen
readers.
"""

from collections.abc import Callable, Mapping

import pandas as pd

from evalkit.reports.data import costs, effects, failures, forks, passing, plausibility, requirements
from evalkit.reports.data.lacking import Lacking
from evalkit.reports.summary import Summary

DATA: Mapping[str, Callable[[Summary], pd.DataFrame]] = {
    "passing": passing.by_cell,
    "temperature": passing.by_temperature,
    "context": passing.by_context,
    "requirements": requirements.worst,
    "requirement_cells": requirements.by_cell,
    "effects": effects.all_effects,
    "identifiers": effects.of_identifiers,
    "histogram": plausibility.histogram,
    "reliability": plausibility.reliability,
    "risk_coverage": plausibility.risk_and_coverage,
    "failures": failures.kinds,
    "forks": forks.commonest,
    "name_tokens": costs.name_tokens,
    "tokens": costs.tokens,
}

__all__ = ["DATA", "Lacking"]
