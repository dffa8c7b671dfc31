"""What the tables of a run say, with how sure we are.

Tasks are the clusters: samples of one task resemble each other, so an interval must not count them as
independent evidence. Unscored samples are left out everywhere and counted on their own.
"""

from evalkit.statistics.correctness import pass_at_k, pass_table
from evalkit.statistics.counts import sample_table, status_table
from evalkit.statistics.intervals import Interval, clustered_ratio, wilson
from evalkit.statistics.outcomes import sample_outcomes
from evalkit.statistics.plausibility import plausible_but_wrong
from evalkit.statistics.requirements import requirement_table

__all__ = [
    "Interval",
    "clustered_ratio",
    "pass_at_k",
    "pass_table",
    "plausible_but_wrong",
    "requirement_table",
    "sample_outcomes",
    "sample_table",
    "status_table",
    "wilson",
]
