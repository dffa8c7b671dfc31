"""All the tables of one report, computed once, and the facts the first screen states."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow.compute as pc

from evalkit.paths import AnyPath
from evalkit.results import Results
from evalkit.statistics import (
    discordance,
    discrimination_table,
    pass_table,
    plausibility_scores,
    plausible_but_wrong,
    requirement_table,
    sample_outcomes,
    sample_table,
    status_table,
)
from evalkit.statistics.discordance import Discordance
from evalkit.statistics.numbering import group_numbers
from evalkit.statistics.outcomes import CELL

SCORE = "mean_logprob"


@dataclass(frozen=True, eq=False)
class Summary:
    """The numbers of a run. Each table is documented at the function of evalkit.statistics that makes it.

    factors: the columns that tell the run's cells apart. k: the largest k of pass@k: samples per task and
    cell as planned. overall and plausible: plausible but wrong over the whole run, and per cell. scored: the scored
    samples of `outcomes`, with their plausibility scores where there are tokens. discrimination (per cell) and
    discrimination_overall: empty without tokens. shows_examples: whether any prompt shows one that is also a test.
    discordance: of the scored samples that passed the shown examples, or of all where no prompt shows any.
    """

    results: Results
    factors: tuple[str, ...]
    k: int
    outcomes: pd.DataFrame
    scored: pd.DataFrame
    counts: pd.DataFrame
    passes: pd.DataFrame
    overall: pd.DataFrame
    plausible: pd.DataFrame
    requirements: pd.DataFrame
    statuses: pd.DataFrame
    discrimination: pd.DataFrame
    discrimination_overall: pd.DataFrame
    shows_examples: bool
    discordance: Discordance

    def total(self, column: str) -> int:
        """The sum of one column of `counts` over all cells."""
        return int(self.counts[column].sum())

    @property
    def planned(self) -> int:
        """Samples the run is to hold in the end; what is there when the manifest does not say."""
        plans = [mapping(run.manifest, "plan").get("samples") for run in self.results.runs]
        return sum(int(plan) for plan in plans if plan is not None) if None not in plans else len(self.outcomes)

    @property
    def path(self) -> AnyPath:
        """The run directory."""
        return self.results.path


def summarise(results: Results) -> Summary:
    """Compute every table of the report."""
    outcomes = sample_outcomes(results)
    scored, has_scores = _scored(results, outcomes)
    k = _samples_per_task(results.manifest, outcomes)
    shows_examples = bool(pc.any(results.verdict_table["example"]).as_py())
    return Summary(
        results=results,
        factors=_factors(outcomes),
        k=k,
        outcomes=outcomes,
        scored=scored,
        counts=sample_table(outcomes),
        passes=pass_table(outcomes, sorted({1, k})),
        overall=plausible_but_wrong(outcomes),
        plausible=plausible_but_wrong(outcomes, by=CELL),
        requirements=requirement_table(results),
        statuses=status_table(results.verdict_table),
        discrimination=discrimination_table(scored, CELL, [SCORE]) if has_scores else pd.DataFrame(),
        discrimination_overall=discrimination_table(scored, (), [SCORE]) if has_scores else pd.DataFrame(),
        shows_examples=shows_examples,
        discordance=_discordance(scored[scored["passed_examples"]] if shows_examples else scored),
    )


def _discordance(samples: pd.DataFrame) -> Discordance:
    """Samples of one task and cell are those of one prompt."""
    prompts = group_numbers([samples[name] for name in (*CELL, "task_id")])
    return discordance(samples[SCORE], samples["passed"], prompts, samples["task_id"])


def _scored(results: Results, outcomes: pd.DataFrame) -> tuple[pd.DataFrame, bool]:
    """The scored samples, and whether their code has been scored for plausibility: runs without tokens are not read."""
    if not results.samples["mean_logprob"].notna().any():
        return outcomes[outcomes["scored"]], False
    joined = outcomes.drop(columns=SCORE).join(plausibility_scores(results))
    return joined[joined["scored"]], True


def mapping(manifest: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """A part of the manifest, empty when it is not there."""
    part = manifest.get(key)
    return part if isinstance(part, dict) else {}


def _factors(outcomes: pd.DataFrame) -> tuple[str, ...]:
    varying = tuple(name for name in CELL if outcomes[name].nunique() > 1)
    return varying or ("model",)


def _samples_per_task(manifest: Mapping[str, Any], outcomes: pd.DataFrame) -> int:
    planned = mapping(manifest, "config").get("samples")
    if isinstance(planned, int) and planned >= 1:
        return planned
    return int(outcomes.groupby([*CELL, "task_id"]).size().max()) if len(outcomes) else 1
