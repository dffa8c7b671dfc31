"""Tells, while there is still time to stop a run, that completions hold no solution unusually often."""

from collections import Counter, defaultdict

from evalkit.results.alarm import SHOWN, example, is_alarming
from evalkit.types import Sample


class ExtractionAlarm:
    """Counts completions by model and prompt style: on these two it depends where the code stands."""

    def __init__(self) -> None:
        self._total: Counter[tuple[str, str]] = Counter()
        self._missing: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._told: set[tuple[str, str]] = set()

    def heard(self, sample: Sample) -> str | None:
        """The warning that is due with this sample; one for each model and prompt style."""
        return self.count(*alarming_part(sample))

    def count(self, model: str, prompt: str, without_code: str | None) -> str | None:
        """The same, by what `alarming_part` says of a sample that somebody else has drawn."""
        group = (model, prompt)
        self._total[group] += 1
        if without_code is None:
            return None
        missing = self._missing[group]
        missing.append(without_code)
        if group in self._told or not is_alarming(len(missing), self._total[group]):
            return None
        self._told.add(group)
        return (
            f"Warning: {len(missing)} of {self._total[group]} completions of {group[0]} with prompt {group[1]} hold no "
            f"code that defines what was asked, for example {'; '.join(list(dict.fromkeys(missing))[:SHOWN])}"
        )


def alarming_part(sample: Sample) -> tuple[str, str, str | None]:
    """A sample's model and prompt style, and how its completion begins where it holds no solution."""
    cell = sample.key.cell
    if sample.extraction.solution is not None:
        return cell.model, cell.prompt, None
    return cell.model, cell.prompt, example(sample.key.task_id, sample.completion.text)
