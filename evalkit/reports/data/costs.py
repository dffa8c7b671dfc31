"""What it costs: tokens of names, prompts and completions, by cell; seconds by session of a run."""

import json
from collections.abc import Hashable, Iterator, Mapping

import pandas as pd

from evalkit.paths import AnyPath
from evalkit.reports.data.lacking import Lacking
from evalkit.reports.labels import cell_labels
from evalkit.reports.summary import Summary, mapping
from evalkit.results.run_directory import SESSIONS
from evalkit.statistics.outcomes import CELL


def tokens(summary: Summary) -> pd.DataFrame:
    """cell, part (prompt, completion), tokens (mean per sample), per_pass (all tokens of the cell for each sample that
    passes; null without any), told."""
    samples = summary.results.samples
    if samples.empty or not samples["prompt_tokens"].sum() + samples["completion_tokens"].sum():
        raise Lacking("The samples were not drawn by this program, so their tokens were not counted.")
    counted = samples[[*CELL]].assign(passed=summary.outcomes["passed"].to_numpy())
    for part in ("prompt", "completion"):
        counted[part] = samples[f"{part}_tokens"].to_numpy(dtype=float)
    groups = counted.groupby(CELL, sort=False, as_index=False)
    rows = groups.agg(
        prompt=("prompt", "sum"), completion=("completion", "sum"), passed=("passed", "sum"), n=("passed", "size")
    )
    labels = cell_labels(summary, rows)
    found = [row for label, each in zip(labels, rows.to_dict("records"), strict=True) for row in _parts(label, each)]
    return pd.DataFrame(found)


def _parts(label: str, row: Mapping[Hashable, float]) -> Iterator[dict[str, object]]:
    total, passed = row["prompt"] + row["completion"], row["passed"]
    per_pass = total / passed if passed else None
    told = f"{total / passed:,.0f} tokens for each sample that passes" if passed else "no sample passes"
    for part in ("prompt", "completion"):
        mean = row[part] / row["n"]
        text = f"{label}: {mean:,.0f} tokens of {part} per sample; {told}"
        yield {"cell": label, "part": part, "tokens": mean, "per_pass": per_pass, "told": text}


def name_tokens(summary: Summary) -> pd.DataFrame:
    """identifiers (with the model where there are several), names, tokens_per_name, most, longest, told."""
    rows = []
    models = mapping(summary.results.manifest, "identifiers")
    for model, styles in models.items():
        for style, counted in styles.items():
            if counted["names"]:
                label = style if len(models) == 1 else f"{model}, {style}"
                mean = counted["tokens"] / counted["names"]
                told = (
                    f"{label}: {mean:.2f} tokens per name; the longest, {counted['longest']}, takes {counted['most']}"
                )
                numbers = {"names": counted["names"], "tokens_per_name": mean, "most": counted["most"]}
                rows.append({"identifiers": label, **numbers, "longest": counted["longest"], "told": told})
    if not rows:
        raise Lacking("The run does not say how its model's tokenizer splits names.")
    return pd.DataFrame(rows)


def seconds(run: AnyPath) -> tuple[int, float, int]:
    """Sessions, seconds and drawn tokens that a run's sessions add up to; zeros where they were not noted."""
    try:
        lines = (run / SESSIONS).read_text().splitlines()
    except OSError:
        return 0, 0.0, 0
    sessions = [found for line in lines if isinstance(found := _parsed(line), dict)]
    spent = sum(float(each.get("seconds", 0)) for each in sessions)
    return len(sessions), spent, sum(int(each.get("tokens", 0)) for each in sessions)


def _parsed(line: str) -> object:
    """A line that a killed process left unfinished says nothing."""
    try:
        return json.loads(line)
    except ValueError:
        return None
