"""How many different programs a run's samples hold, where identical ones share their verdicts."""

from evalkit.reports.summary import Summary, mapping
from evalkit.results.frames import as_table

_SAME = ["task_id", "identifiers", "solution"]


def shared_programs(summary: Summary) -> str:
    """In words, where samples share verdicts; empty where every sample was executed."""
    config = mapping(summary.results.manifest, "config")
    samples = summary.results.samples
    if not config.get("reuse_verdicts") or config.get("repeat_verdicts") != 1 or "solution" not in samples:
        return ""
    held = as_table(samples.loc[samples["has_solution"].to_numpy(dtype=bool), _SAME])
    different = held.group_by(_SAME).aggregate([]).num_rows
    if different == len(held):
        return ""
    return f"{different:,} different programs, of which identical samples share the verdicts"
