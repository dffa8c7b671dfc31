"""What the tables of a run say, with how sure we are.

Tasks are the clusters: samples of one task resemble each other, so an interval must not count them as
independent evidence. Unscored samples are left out everywhere and counted on their own.
"""

from evalkit.statistics.behaviour import behaviour_table, task_behaviours
from evalkit.statistics.calibration import (
    brier_score,
    brier_skill,
    calibration_table,
    expected_calibration_error,
    predicted,
    reliability_table,
    risk_coverage,
)
from evalkit.statistics.comparisons import (
    Comparison,
    adjusted,
    compare,
    contrasts,
    declared_contrasts,
    grid,
    mcnemar,
    minimum_detectable,
    paired_rates,
    sign_flip,
)
from evalkit.statistics.correctness import pass_at_k, pass_hat_k, pass_table, within_task_variance
from evalkit.statistics.counts import sample_table, status_table
from evalkit.statistics.discordance import discordance
from evalkit.statistics.discrimination import auroc, discrimination_table, overconfident
from evalkit.statistics.exchange import Strata, drop_p
from evalkit.statistics.failures import failure_table, sample_failures
from evalkit.statistics.flakiness import variance_table
from evalkit.statistics.intervals import Interval, clustered_ratio, mean_interval, wilson
from evalkit.statistics.libraries import library_table
from evalkit.statistics.lines import faulty_line_table, faulty_lines
from evalkit.statistics.meeting import requirement_gap, strict_against_partial, wrong_answers
from evalkit.statistics.outcomes import sample_outcomes
from evalkit.statistics.pairs import bug_preference, omission_table
from evalkit.statistics.plausibility import plausible_but_wrong
from evalkit.statistics.regression import factorial_effects
from evalkit.statistics.requirements import requirement_table
from evalkit.statistics.resampling import bootstrap_tasks
from evalkit.statistics.scores import plausibility_scores
from evalkit.statistics.sensitivity import excess_disagreement, robust_pass, style_sensitivity

__all__ = [
    "Comparison",
    "Interval",
    "Strata",
    "adjusted",
    "auroc",
    "behaviour_table",
    "bootstrap_tasks",
    "brier_score",
    "brier_skill",
    "bug_preference",
    "calibration_table",
    "clustered_ratio",
    "compare",
    "contrasts",
    "declared_contrasts",
    "discordance",
    "discrimination_table",
    "drop_p",
    "excess_disagreement",
    "expected_calibration_error",
    "factorial_effects",
    "failure_table",
    "faulty_line_table",
    "faulty_lines",
    "grid",
    "library_table",
    "mcnemar",
    "mean_interval",
    "minimum_detectable",
    "omission_table",
    "overconfident",
    "paired_rates",
    "pass_at_k",
    "pass_hat_k",
    "pass_table",
    "plausibility_scores",
    "plausible_but_wrong",
    "predicted",
    "reliability_table",
    "requirement_gap",
    "requirement_table",
    "risk_coverage",
    "robust_pass",
    "sample_failures",
    "sample_outcomes",
    "sample_table",
    "sign_flip",
    "status_table",
    "strict_against_partial",
    "style_sensitivity",
    "task_behaviours",
    "variance_table",
    "wilson",
    "within_task_variance",
    "wrong_answers",
]
