"""What a reader must know of models behind servers: what they cost, and where they tell no log-probabilities."""

from collections import Counter

from evalkit.reports.formatting import count
from evalkit.reports.summary import Summary, mapping
from evalkit.results.usage import usage_of

NOT_GIVEN = "the server's answers held none"


def spending(summary: Summary) -> list[str]:
    """One line for each model whose server counted tokens."""
    totals: dict[str, Counter[str]] = {}
    for run in summary.results.runs:
        for label, counts in usage_of(run.path).items():
            totals.setdefault(label, Counter()).update(counts)
    return [_line(label, counts) for label, counts in totals.items()]


def _line(label: str, counts: Counter[str]) -> str:
    tokens = f"{counts['prompt_tokens']:,} prompt and {counts['completion_tokens']:,} completion tokens"
    line = f"{label} was asked {count(counts['requests'], 'time')}: {tokens}"
    if counts["uncounted"]:
        line += f", and those of {count(counts['uncounted'], 'answer')} that its server did not count"
    return f"{line}. Cost: {counts['cost']:.4f}." if "cost" in counts else f"{line}."


def without_logprobs(summary: Summary) -> list[str]:
    """One line for each model that has samples without log-probabilities, with the reason."""
    samples = summary.results.samples
    drawn = samples[samples["completion_tokens"].gt(0) & samples["mean_logprob"].isna()]
    lines = []
    for label, lacking in drawn.groupby("model", sort=False):
        described = mapping(mapping(summary.results.manifest, "model"), str(label))
        if described.get("engine") != "openai":  # what was judged from a file has no tokens at all
            continue
        reason = described.get("no_logprobs") or NOT_GIVEN
        lines.append(
            f"{count(len(lacking), 'sample')} of {label} {'have' if len(lacking) > 1 else 'has'} no log-probabilities "
            f"({reason}): nothing is said of their plausibility."
        )
    return lines
