"""The tokens in which samples that break a requirement most often left those that keep it."""

import pandas as pd

from evalkit.reports.data.lacking import Lacking
from evalkit.reports.data.memory import made_once
from evalkit.reports.formatting import percent, token_text
from evalkit.reports.summary import Summary
from evalkit.statistics.forks import CommonFork, common_forks, forks

ROWS, SAMPLES = 20, 5_000  # the samples bound what a report of a large run costs


@made_once
def commonest(summary: Summary) -> pd.DataFrame:
    """task, requirement, drawn, other (the texts of both tokens), forks, chance, other_chance, other_rank, told."""
    if not summary.results.samples["mean_logprob"].notna().any():
        raise Lacking("The samples have no log-probabilities, so what was drawn where they part is not known.")
    found = common_forks(forks(summary.results, most=SAMPLES))
    if not found:
        raise Lacking("No prompt has a sample that breaks a requirement beside one that keeps it.")
    return pd.DataFrame([_row(each) for each in found[:ROWS]])


def _row(each: CommonFork) -> dict[str, object]:
    drawn, other = token_text(each.taken), token_text(each.other)
    told = (
        f"{each.task_id}, {each.requirement}: {other} not drawn although rank {each.rank_other} with "
        f"{percent(each.probability_other)} %; {drawn} was, with {percent(each.probability_taken)} %"
    )
    return {
        "task": each.task_id,
        "requirement": each.requirement,
        "drawn": drawn,
        "other": other,
        "forks": each.forks,
        "chance": each.probability_taken,
        "other_chance": each.probability_other,
        "other_rank": each.rank_other,
        "told": told,
    }
