"""What happened to samples and tests, counted per cell."""

import pandas as pd

from evalkit.statistics.outcomes import CELL
from evalkit.types import Status, StopReason


def sample_table(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Per cell, numbers of samples: samples, scored, passed, passed_examples, unscored (the sandbox broke),
    unjudged (not yet), truncated (ended at max_new_tokens), no_solution (nothing to execute was found)."""
    counted = outcomes[CELL].assign(
        samples=1,
        scored=outcomes["scored"],
        passed=outcomes["passed"],
        passed_examples=outcomes["passed_examples"],
        unscored=outcomes["judged"] & ~outcomes["scored"],
        unjudged=~outcomes["judged"],
        truncated=outcomes["stop_reason"].eq(StopReason.MAX_NEW_TOKENS.value).to_numpy(dtype=bool),
        no_solution=~outcomes["has_solution"],
    )
    return counted.groupby(CELL, sort=False, as_index=False).sum()


def status_table(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Per cell, the number of tests that ended in each status, one column per status."""
    status = verdicts["status"]
    columns = {item.value: status.eq(item.value).to_numpy(dtype=bool) for item in Status}
    return verdicts[CELL].assign(**columns).groupby(CELL, sort=False, as_index=False).sum()
