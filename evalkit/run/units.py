"""Collects samples and verdicts, in whatever order they come, and writes each unit as soon as it is whole."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import chain

from evalkit.results import RunDirectory
from evalkit.run.plan import Plan
from evalkit.types import Sample, SampleKey, Verdict


class Units:
    """What a run has, and what it lacks. A unit's samples are written once drawn, its verdicts once judged."""

    def __init__(self, plan: Plan, directory: RunDirectory) -> None:
        self._directory = directory
        self._units = plan.units
        self._unit_of = {key: unit for unit, keys in enumerate(plan.units) for key in keys}
        self._samples: dict[int, dict[SampleKey, Sample]] = {}
        self._verdicts: dict[int, dict[SampleKey, tuple[Verdict, ...]]] = {}

    def missing(self) -> tuple[SampleKey, ...]:
        """The samples that are still to be drawn, in plan order."""
        begun = {sample.key for sample in self._begun}
        absent = (keys for unit, keys in enumerate(self._units) if not self._directory.has_samples(unit))
        return tuple(key for keys in absent for key in keys if key not in begun)

    @cached_property
    def _begun(self) -> tuple[Sample, ...]:
        """What an earlier process drew of units that it did not complete."""
        return tuple(chain.from_iterable(map(self._directory.read_begun, range(len(self._units)))))

    def unjudged(self) -> Iterator[Sample]:
        """Samples on disk without verdicts or with unscored ones in their unit; one whole unit in memory at a time.

        To be iterated to its end before a sample is added: those of units that are not whole take their places here.
        """
        for unit in self._unjudged_units():
            yield from self._directory.read_samples(unit)
        for sample in self._begun:
            self.add_sample(sample)
            yield sample

    def count_unjudged(self) -> int:
        """How many samples `unjudged` gives."""
        return sum(len(self._units[unit]) for unit in self._unjudged_units()) + len(self._begun)

    def keep_begun(self) -> None:
        """Write what is drawn of units that others are lacking of, so that nobody draws, or pays for, it again."""
        for unit, found in self._samples.items():
            self._directory.write_begun(unit, [found[key] for key in self._units[unit] if key in found])

    def _unjudged_units(self) -> tuple[int, ...]:
        drawn = (unit for unit in range(len(self._units)) if self._directory.has_samples(unit))
        return tuple(unit for unit in drawn if not self._directory.has_verdicts(unit))

    def add_sample(self, sample: Sample) -> None:
        """Keep a drawn sample; writes its unit when it was the last one."""
        unit = self._unit_of[sample.key]
        found = self._samples.setdefault(unit, {})
        found[sample.key] = sample
        if len(found) == len(self._units[unit]):
            self._directory.write_samples(unit, [found[key] for key in self._units[unit]])
            del self._samples[unit]

    def add_verdicts(self, key: SampleKey, verdicts: tuple[Verdict, ...]) -> None:
        """Keep the verdicts of a sample; writes its unit when it was the last one."""
        unit = self._unit_of[key]
        found = self._verdicts.setdefault(unit, {})
        found[key] = verdicts
        if len(found) == len(self._units[unit]):
            self._directory.write_verdicts(unit, [verdict for key in self._units[unit] for verdict in found[key]])
            del self._verdicts[unit]


class OpenUnit:
    """One unit whose samples are with the sandbox, for plans too long to be held in memory as Units does."""

    def __init__(self, number: int, samples: Sequence[Sample]) -> None:
        self.number = number
        self.lacking = {sample.key for sample in samples}
        self._found: dict[SampleKey, tuple[Verdict, ...]] = {sample.key: () for sample in samples}  # in their order

    def add(self, key: SampleKey, verdicts: tuple[Verdict, ...]) -> None:
        """Keep the verdicts of a sample."""
        self.lacking.remove(key)
        self._found[key] = verdicts

    def verdicts(self) -> list[Verdict]:
        """All of them, in the order of the samples."""
        return list(chain.from_iterable(self._found.values()))
