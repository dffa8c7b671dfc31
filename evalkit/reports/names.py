"""What the identifier styles cost: tokens per name and per prompt."""

from collections.abc import Iterator, Mapping

import pandas as pd

from evalkit.reports.formatting import UNKNOWN
from evalkit.reports.summary import Summary, mapping
from evalkit.reports.tables import Table
from evalkit.results.frames import as_frame

_PROMPT, _TOKENS = ["model", "identifiers", "task_id", "prompt"], "prompt_tokens"
_COLUMNS = ("model", "identifiers", "names", "tokens per name", "most", "tokens per prompt")


def name_tokens(summary: Summary) -> Table:
    """One row per model and identifier style; empty where the run does not say how its model counts tokens."""
    frame = pd.DataFrame(list(_rows(summary)), columns=_COLUMNS, dtype=str)
    several = frame["model"].nunique() > 1
    return Table(frame if several else frame.drop(columns="model"), 2 if several else 1, ("most",))


def _rows(summary: Summary) -> Iterator[tuple[str, ...]]:
    styles_of = mapping(summary.results.manifest, "identifiers")
    prompts = _prompt_tokens(summary) if styles_of and len(summary.outcomes) else {}
    for model, styles in styles_of.items():
        for style, counted in styles.items():
            names, tokens = int(counted["names"]), int(counted["tokens"])
            mean = f"{tokens / names:.2f}" if names else UNKNOWN
            most = f"{counted['most']} ({counted['longest']})" if names else UNKNOWN
            yield model, style, f"{names:,}", mean, most, prompts.get((model, style), UNKNOWN)


def _prompt_tokens(summary: Summary) -> Mapping[tuple[str, str], str]:
    """The mean over the different prompts of a model and style, however many samples each has."""
    each = [as_frame(table).drop_duplicates(_PROMPT) for table in summary.results.sample_tables([*_PROMPT, _TOKENS])]
    prompts = pd.concat(each).drop_duplicates(_PROMPT)
    means = prompts.groupby(["model", "identifiers"], as_index=False)[_TOKENS].mean()
    rows = means.itertuples(index=False, name=None)
    return {(str(model), str(style)): f"{mean:,.1f}" for model, style, mean in rows}
