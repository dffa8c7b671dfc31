"""What makes a gate fail whatever the numbers say: a run that cannot be trusted must not pass silently."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from evalkit.gate.baseline import Baseline, Counts
from evalkit.gate.pairing import Pairing, by_prompt
from evalkit.results.alarm import is_alarming

_SHOWN = 3  # names in a line


def alarms(pairing: Pairing, baseline: Baseline, run: Baseline, planned: int | None) -> Iterator[str]:
    """One line each."""
    yield from _unfinished(run, planned)
    yield from _missing(pairing)
    yield from _unscored(baseline, run)
    yield from _without_code(pairing)


def _unfinished(run: Baseline, planned: int | None) -> Iterator[str]:
    present = sum(counts.samples for cell in run.cells for counts in cell.tasks.values())
    if planned is not None and present < planned:
        yield f"The run is incomplete: {present:,} of {planned:,} planned samples are there. Resume it first."


def _missing(pairing: Pairing) -> Iterator[str]:
    if pairing.missing:
        shown = "; ".join(pairing.missing[:_SHOWN])
        more = len(pairing.missing) - _SHOWN
        yield f"The run lacks what the baseline has: {shown}{f' and {more} more' if more > 0 else ''}."


def _unscored(baseline: Baseline, run: Baseline) -> Iterator[str]:
    """More of them than the baseline has, as a share: those that are left could be the easy ones."""
    before, after = (_sums(counts for cell in each.cells for counts in cell.tasks.values()) for each in (baseline, run))
    if after.unscored * before.samples > before.unscored * after.samples:
        yield (
            f"{after.unscored:,} of {after.samples:,} samples are unscored ({before.unscored:,} of "
            f"{before.samples:,} in the baseline): the sandbox failed, or they are not judged yet. Resume the run."
        )


def _without_code(pairing: Pairing) -> Iterator[str]:
    """Where extraction finds nothing unusually often, and did not when the baseline was made."""
    for name, pairs in by_prompt(pairing.pairs):
        before, after = _sums(pair.before for pair in pairs), _sums(pair.after for pair in pairs)
        if is_alarming(after.no_code, after.samples) and not is_alarming(before.no_code, before.samples):
            yield (
                f"{after.no_code:,} of {after.samples:,} completions of {name} hold no code that defines what was "
                f"asked ({before.no_code:,} of {before.samples:,} in the baseline). Look at the prompt first."
            )


class _Sums(NamedTuple):
    samples: int
    unscored: int
    no_code: int


def _sums(counts: Iterable[Counts]) -> _Sums:
    """Over different tasks, whose requirements have nothing to do with each other."""
    rows = [(each.samples, each.unscored, each.no_code) for each in counts]
    return _Sums(*(sum(row[at] for row in rows) for at in range(3)))
