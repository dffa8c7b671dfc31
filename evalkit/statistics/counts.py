"""What happened to samples and tests, counted per cell."""

import numpy as np
import pandas as pd
import pyarrow as pa

from evalkit.results.codes import codes
from evalkit.results.frames import as_frame, as_table
from evalkit.statistics.numbering import group_numbers
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


def status_table(verdicts: pd.DataFrame | pa.Table) -> pd.DataFrame:
    """Per cell, the number of tests that ended in each status, one column per status."""
    table = verdicts if isinstance(verdicts, pa.Table) else as_table(verdicts[[*CELL, "status"]])
    cells = group_numbers([table[name] for name in CELL])
    first = np.unique(cells, return_index=True)[1]
    status = codes(table["status"])
    counts = {each.value: np.bincount(cells[status.equal(each.value)], minlength=len(first)) for each in Status}
    return as_frame(table.select(CELL).take(first)).assign(**counts)
