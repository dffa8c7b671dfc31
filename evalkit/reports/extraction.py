"""The warning about completions in which no solution was found, with some of them."""

from collections import Counter, defaultdict

from evalkit.reports.formatting import percent
from evalkit.reports.summary import Summary
from evalkit.results.alarm import SHOWN, example, is_alarming
from evalkit.results.lookup import SampleLookup

_LOOKED_AT = 40  # completions, for examples that are not all the same


def extraction_warnings(summary: Summary) -> list[str]:
    """One warning for each model and prompt style that is concerned."""
    samples = summary.results.samples
    total: Counter[tuple[str, str]] = Counter()
    missing: dict[tuple[str, str], list[int]] = defaultdict(list)
    columns = (samples["model"].tolist(), samples["prompt_style"].tolist(), samples["has_solution"].tolist())
    for number, (model, style, found) in enumerate(zip(*columns, strict=True)):
        total[model, style] += 1
        if not found:
            missing[model, style].append(number)
    concerned = [group for group in missing if is_alarming(len(missing[group]), total[group])]
    lookup = SampleLookup(summary.results) if concerned else None
    return [
        _sentence(*group, _examples(lookup, missing[group]), len(missing[group]), total[group]) for group in concerned
    ]


def _examples(lookup: SampleLookup | None, numbers: list[int]) -> list[str]:
    """What some of the completions say, each once."""
    rows = [lookup.sample(number) for number in numbers[:_LOOKED_AT]] if lookup else []
    return list(dict.fromkeys(example(row["task_id"], row["completion"]) for row in rows))[:SHOWN]


def _sentence(model: str, style: str, examples: list[str], missing: int, total: int) -> str:
    return (
        f"{missing:,} of {total:,} completions of {model} with prompt {style} ({percent(missing / total)} %) "
        f"hold no code that defines what was asked. They count as failures, but look at the prompt first; for example "
        f"{'; '.join(examples)}"
    )
