"""The warning about completions in which no solution was found, with some of them."""

from collections import Counter, defaultdict

from evalkit.reports.formatting import percent
from evalkit.reports.summary import Summary
from evalkit.results.alarm import SHOWN, example, is_alarming


def extraction_warnings(summary: Summary) -> list[str]:
    """One warning for each model and prompt style that is concerned."""
    samples = summary.results.samples
    columns = [samples[name].tolist() for name in ("model", "prompt_style", "task_id", "completion")]
    total: Counter[tuple[str, str]] = Counter()
    missing: dict[tuple[str, str], list[str]] = defaultdict(list)
    for model, style, task_id, completion, lacks in zip(*columns, samples["solution"].isna().tolist(), strict=True):
        total[model, style] += 1
        if lacks:
            missing[model, style].append(example(task_id, completion))
    concerned = (group for group in missing if is_alarming(len(missing[group]), total[group]))
    return [_sentence(*group, missing[group], total[group]) for group in concerned]


def _sentence(model: str, style: str, missing: list[str], total: int) -> str:
    return (
        f"{len(missing):,} of {total:,} completions of {model} with prompt {style} ({percent(len(missing) / total)} %) "
        f"hold no code that defines what was asked. They count as failures, but look at the prompt first; for example "
        f"{'; '.join(list(dict.fromkeys(missing))[:SHOWN])}"
    )
