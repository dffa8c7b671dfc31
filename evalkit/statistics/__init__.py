"""What the tables of a run say, with how sure we are.

Tasks are the clusters: samples of one task resemble each other, so an interval must not count them as
independent evidence. Unscored samples are left out everywhere and counted on their own.
"""

from evalkit.statistics.correctness import pass_at_k, pass_hat_k, pass_table, within_task_variance
from evalkit.statistics.counts import sample_table, status_table
from evalkit.statistics.discrimination import auroc, discrimination_table, overconfident
from evalkit.statistics.failures import failure_table, sample_failures
from evalkit.statistics.intervals import Interval, clustered_ratio, wilson
from evalkit.statistics.meeting import requirement_gap, strict_against_partial, wrong_answers
from evalkit.statistics.outcomes import sample_outcomes
from evalkit.statistics.plausibility import plausible_but_wrong
from evalkit.statistics.requirements import requirement_table
from evalkit.statistics.scores import plausibility_scores

__all__ = [
    "Interval",
    "auroc",
    "clustered_ratio",
    "discrimination_table",
    "failure_table",
    "overconfident",
    "pass_at_k",
    "pass_hat_k",
    "pass_table",
    "plausibility_scores",
    "plausible_but_wrong",
    "requirement_gap",
    "requirement_table",
    "sample_failures",
    "sample_outcomes",
    "sample_table",
    "status_table",
    "strict_against_partial",
    "wilson",
    "within_task_variance",
    "wrong_answers",
]
