"""Is one run, or one setting of a run, better than another? Paired by task, with what must be equal checked first."""

from evalkit.comparison.paired import Contrast, Report, compare_levels, compare_runs
from evalkit.comparison.settings import KINDS, Difference, differences

__all__ = ["KINDS", "Contrast", "Difference", "Report", "compare_levels", "compare_runs", "differences"]
