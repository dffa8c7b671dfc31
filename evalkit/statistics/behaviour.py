"""What samples do, rather than how they are written: samples with the same outcome of every test are one behaviour."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from evalkit.results import Results
from evalkit.statistics.grouping import grouped
from evalkit.statistics.intervals import clustered_ratio, mean_interval
from evalkit.statistics.numbering import group_numbers, verdict_numbers
from evalkit.statistics.outcomes import CELL


def entropy(counts: ArrayLike) -> float:
    """-sum p ln p of the shares of the counts, in nats: 0 when all samples behave alike.

    The plug-in estimate over clusters of samples, as semantic entropy is over clusters of meanings (Kuhn et al. 2023,
    arXiv:2302.09664, equation 5), with the outcomes of tests in the place of an entailment model. It is biased towards
    0 with few samples.

    >>> round(entropy([5, 3, 2]), 3)
    1.03
    """
    sizes = np.asarray(counts, dtype=float)
    shares = sizes[sizes > 0] / sizes.sum()
    return float(-(shares * np.log(shares)).sum()) + 0.0


def behaviours(results: Results) -> NDArray[np.uint64]:
    """A number for each sample that is the same for two samples of a task exactly when all their tests ended alike."""
    verdicts = results.verdicts
    numbers = verdict_numbers(results)
    pairs = group_numbers([verdicts["test"], verdicts["status"]])
    random = np.random.default_rng(0).integers(2**63, size=int(pairs.max(initial=-1)) + 1, dtype=np.uint64)
    found = np.zeros(len(results.samples), dtype=np.uint64)
    np.add.at(found, numbers[numbers >= 0], random[pairs[numbers >= 0]])  # sums wrap round: as good as any hash
    return found


def task_behaviours(results: Results, outcomes: pd.DataFrame) -> pd.DataFrame:
    """One row per cell and task with scored samples: samples, clusters, entropy (nats), largest (share of the samples
    in the largest cluster), largest_wrong (whether that cluster fails; of clusters of equal size, the share that
    fails)."""
    scored = outcomes["scored"].to_numpy(dtype=bool)
    marked = outcomes[scored].assign(behaviour=behaviours(results)[scored])
    keys = [*CELL, "task_id"]
    clusters = marked.groupby([*keys, "behaviour"], sort=False)["passed"].agg(["size", "all"]).reset_index()
    rows = [{**heads, **_described(members)} for heads, members in grouped(clusters, keys)]
    return pd.DataFrame(rows, columns=[*keys, "samples", "clusters", "entropy", "largest", "largest_wrong"])


def _described(clusters: pd.DataFrame) -> dict[str, float]:
    sizes = clusters["size"].to_numpy()
    modal = clusters["all"].to_numpy(dtype=bool)[sizes == sizes.max()]
    spread = {"samples": sizes.sum(), "clusters": len(sizes), "entropy": entropy(sizes)}
    return {**spread, "largest": sizes.max() / sizes.sum(), "largest_wrong": float((~modal).mean())}


def behaviour_table(tasks: pd.DataFrame, by: Sequence[str] = tuple(CELL)) -> pd.DataFrame:
    """One row per group of `by`, over the rows of `task_behaviours`.

    Columns: those of `by`, tasks, entropy (mean over tasks) with entropy_low and entropy_high (Student's interval),
    largest_wrong with its bounds: the share of tasks whose largest cluster is wrong, so that voting by behaviour would
    choose wrong code (95 %, tasks as clusters).
    """
    rows = []
    for heads, members in grouped(tasks, by):
        mean, low, high = mean_interval(members.groupby("task_id")["entropy"].mean())
        wrong = members.groupby("task_id")["largest_wrong"].agg(["sum", "size"])
        share, share_low, share_high = clustered_ratio(wrong["sum"], wrong["size"])
        spread = {"tasks": len(wrong), "entropy": mean, "entropy_low": low, "entropy_high": high}
        bounds = {"largest_wrong": share, "largest_wrong_low": share_low, "largest_wrong_high": share_high}
        rows.append({**heads, **spread, **bounds})
    return pd.DataFrame(rows)
