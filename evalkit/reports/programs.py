"""How many different programs a run's samples hold, where identical ones share their verdicts."""

from evalkit.reports.summary import Summary, mapping

_SAME = ["task_id", "identifiers", "solution"]


def shared_programs(summary: Summary) -> str:
    """In words, where samples share verdicts; empty where every sample was executed."""
    config = mapping(summary.results.manifest, "config")
    if not config.get("reuse_verdicts") or config.get("repeat_verdicts") != 1:
        return ""
    held, different = 0, set[int]()
    for table in summary.results.sample_tables(_SAME):
        texts = zip(*(table[name].to_pylist() for name in _SAME), strict=True)
        # 64 bits of each instead of its text: among a million, two that differ share them once in 10^7 runs.
        numbers = [hash(each) for each in texts if each[-1] is not None]
        held += len(numbers)
        different.update(numbers)
    if len(different) == held:
        return ""
    return f"{len(different):,} different programs, of which identical samples share the verdicts"
