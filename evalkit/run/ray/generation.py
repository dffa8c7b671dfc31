"""The worker that draws: one model in memory, a unit at a time, by the code of a run in one process."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from evalkit.errors import ConfigError, ModelFailed
from evalkit.paths import as_path
from evalkit.results.staging import Staging
from evalkit.run.alarm import alarming_part
from evalkit.run.manifest import describe_model, describe_models, plain
from evalkit.run.models import Models, model_loader
from evalkit.run.pipeline import draw
from evalkit.run.plan import Plan
from evalkit.run.ray.nodes import host
from evalkit.run.ray.results import Drawn, Opened
from evalkit.types import Sample, SampleKey, Undrawn


class GenerationWorker:
    """An actor. Ray may start it anew, elsewhere: so its model is loaded when a call needs it, and checked then."""

    def __init__(self, plan: Plan, path: str) -> None:
        self._plan = plan
        self._staging = Staging(as_path(path))
        self._models = Models(plan, model_loader(plan, print))
        self._checked: set[str] = set()

    def open(self, labels: tuple[str, ...]) -> Opened:
        """Load these models, the first one last, and say what each is."""
        return Opened(host(), {label: self._describe(label) for label in reversed(labels)})

    def ready(self) -> None:
        """For the driver to see that the worker is there (again)."""

    def describe(self) -> dict[str, object]:
        """The part of the manifest that needs the models. Raises ConfigError when a prompt does not fit."""
        return describe_models(self._plan, self._models)

    def describe_model(self, label: str) -> dict[str, Any]:
        """One model, and what it is asked."""
        return describe_model(label, self._models)

    def draw(self, unit: int, expected: dict[str, Any], begun: bool) -> Drawn:
        """Draw a unit, or what it lacks where it was `begun`, and put it into the run directory.

        `expected` is what each model is known to be, by label.
        """
        former = self._staging.read_samples(unit, begun=True) if begun else ()
        there = {sample.key for sample in former}
        keys = [key for key in self._plan.units[unit] if key not in there]
        before = self._models.usage
        samples, undrawn, failed = self._drawn(keys, expected)
        used = {label: counts - before.get(label, Counter()) for label, counts in self._models.usage.items()}
        tokens = tuple(sample.completion.token_count for sample in samples)
        told = Drawn({}, None, tokens, tuple(map(alarming_part, samples)), tuple(undrawn), failed, used)
        return self._written(unit, [*former, *samples], told)

    def _drawn(
        self, keys: Sequence[SampleKey], expected: Mapping[str, Any]
    ) -> tuple[list[Sample], list[str], str | None]:
        """The samples, why others were not drawn, and what ended the drawing for good."""
        samples: list[Sample] = []
        undrawn: list[str] = []
        try:
            for label in dict.fromkeys(key.cell.model for key in keys):
                self._check(label, expected[label])
            for each in draw(self._plan, keys, self._models):
                if isinstance(each, Undrawn):
                    undrawn.append(each.reason)
                else:
                    samples.append(each)
        except ModelFailed as error:
            return samples, undrawn, str(error)
        return samples, undrawn, None

    def _written(self, unit: int, samples: list[Sample], told: Drawn) -> Drawn:
        order = {key: place for place, key in enumerate(self._plan.units[unit])}
        samples.sort(key=lambda sample: order[sample.key])
        lacking = len(samples) < len(order)
        try:
            staged = self._staging.write_samples(unit, samples, lacking) if samples else {}
        except OSError as error:
            return replace(told, refused=error.strerror or str(error))
        return replace(told, staged=staged)

    def _describe(self, label: str) -> dict[str, Any]:
        described: dict[str, Any] = plain(self._models.describe(label))
        return described

    def _check(self, label: str, expected: Mapping[str, Any]) -> None:
        """A worker that was started anew may be on a node whose files are others."""
        if label in self._checked:
            return
        if other := differing(self._describe(label), expected):
            raise ConfigError(f"{label!r} on {host()} is not the model of this run (different: {', '.join(other)}).")
        self._checked.add(label)


def differing(described: Mapping[str, Any], expected: Mapping[str, Any]) -> list[str]:
    """What a model says of itself on one node and not on another; `expected` may say more, of the prompts."""
    return sorted(key for key, value in described.items() if expected.get(key) != value)
