"""A run, or what there is of it so far, as pandas tables backed by Arrow.

Texts that UTF-8 cannot hold keep their stored form in these tables; `evalkit.results.texts.unescape` gives
the original.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from evalkit.errors import RunDirectoryError
from evalkit.results import shards
from evalkit.results.manifest import NAME, read_manifest

_REQUIREMENTS = pa.schema(
    [("task_id", pa.string()), ("requirement", pa.string()), ("kind", pa.string()), ("text", pa.string())]
)
_TOKEN_NAMES = {
    "ids": "id",
    "logprobs": "logprob",
    "drawn_logprobs": "drawn_logprob",
    "entropies": "entropy",
    "ranks": "rank",
    "ends": "end",
    "top_ids": "top_ids",
    "top_logprobs": "top_logprobs",
}


@dataclass(frozen=True, eq=False)
class Results:
    """The tables of one run. Rows are in the order of the run's plan; log-probabilities are in nats at T=1.

    samples: task_id, model, temperature, identifiers, prompt_style, context_position, filler_tokens, retrieval, index
        (these name a sample), prompt, completion (raw), extracted (the program as the model wrote it), solution (what
        is executed; null when there is none), cuts, reasoning_start and reasoning_end (characters of the completion;
        null without reasoning), stop_reason, prompt_tokens, completion_tokens, reasoning_tokens, mean_logprob,
        sum_logprob, min_logprob, mean_entropy (over the drawn tokens that are not reasoning; null without such tokens).
    verdicts: the columns that name a sample, test, requirement, example, status, message, forgeable (whether the test
        ran inside the solution's own process, which could say what it likes).
    requirements: task_id, requirement, kind (stated or implied), text.
    """

    path: Path
    manifest: Mapping[str, Any]
    samples: pd.DataFrame
    verdicts: pd.DataFrame
    requirements: pd.DataFrame

    def tokens(self) -> pd.DataFrame:
        """One row per drawn token: the columns that name its sample, position (from 0), id, logprob (T=1),
        drawn_logprob, entropy, rank (from 1), end (characters of the completion up to and with it); in runs with
        --top-logprobs also top_ids and top_logprobs (lists, the most likely token first)."""
        tables = map(_exploded, [shards.TOKENS.empty_table(), *_shards(self.path, "tokens", shards.TOKENS)])
        return _frame(pa.concat_tables(tables, promote_options="default"))


def load(path: Path | str) -> Results:
    """The tables of a run directory, complete or not; raises RunDirectoryError when it cannot be read."""
    path = Path(path)
    manifest = read_manifest(path)
    return Results(
        path=path,
        manifest=manifest,
        samples=_frame(_read(path, "samples", shards.SAMPLES)),
        verdicts=_frame(_verdicts(path, manifest)),
        requirements=_frame(_requirements(path, manifest)),
    )


def _read(folder: Path, kind: str, schema: pa.Schema) -> pa.Table:
    return pa.concat_tables([schema.empty_table(), *_shards(folder, kind, schema)])


def _verdicts(path: Path, manifest: Mapping[str, Any]) -> pa.Table:
    """How a task is judged is the same for all its verdicts, so the manifest says it."""
    table = _read(path, "verdicts", shards.VERDICTS)
    shared = [task_id for task_id, task in manifest.get("tasks", {}).items() if task.get("judging") == "shared"]
    return table.append_column("forgeable", pc.is_in(table["task_id"], pa.array(shared, pa.string())))


def _shards(folder: Path, kind: str, schema: pa.Schema) -> Iterator[pa.Table]:
    units = {path.stem.partition("-")[2]: path for path in folder.glob(f"{kind}-*.parquet")}
    paths = [units[unit] for unit in sorted(filter(str.isdecimal, units), key=int)]  # others are a user's own
    return (shards.read_shard(path, schema) for path in paths)


def _frame(table: pa.Table) -> pd.DataFrame:
    return cast("pd.DataFrame", table.combine_chunks().to_pandas(types_mapper=pd.ArrowDtype))


def _requirements(path: Path, manifest: Mapping[str, Any]) -> pa.Table:
    try:
        rows = [
            {"task_id": task_id, "requirement": item["id"], "kind": item["kind"], "text": item["text"]}
            for task_id, task in manifest["tasks"].items()
            for item in task["requirements"]
        ]
    except (KeyError, TypeError) as error:
        raise RunDirectoryError(f"{path / NAME} does not list its tasks' requirements ({error!r}).") from error
    return pa.Table.from_pylist(rows, _REQUIREMENTS)


def _exploded(table: pa.Table) -> pa.Table:
    rows = pc.list_parent_indices(table["ids"]).combine_chunks()
    first = pc.index_in(rows, rows) if len(rows) else rows
    columns = {name: table[name].take(rows) for name in shards.KEY_COLUMNS}
    columns["position"] = pc.subtract(pa.array(range(len(rows)), pa.int64()), first.cast(pa.int64()))
    known = {old: new for old, new in _TOKEN_NAMES.items() if old in table.column_names}
    columns |= {new: pc.list_flatten(table[old]) for old, new in known.items()}
    return pa.table(columns)
