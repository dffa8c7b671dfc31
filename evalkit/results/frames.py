"""Runs, or what there is of them so far, as pandas tables backed by Arrow.

Texts that UTF-8 cannot hold keep their stored form in these tables; `evalkit.results.texts.unescape` gives
the original.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from evalkit.errors import RunDirectoryError
from evalkit.paths import AnyPath
from evalkit.results import shards
from evalkit.results.codes import codes
from evalkit.results.manifest import NAME
from evalkit.results.merging import merged, shifts
from evalkit.results.reading import read_all, read_each, read_pairs
from evalkit.results.repeats import QUARANTINED, REPEATS, quarantined
from evalkit.results.runs import Run, Runs, find_runs

REQUIREMENTS = pa.schema(
    [("task_id", pa.string()), ("requirement", pa.string()), ("kind", pa.string()), ("text", pa.string())]
)
_TEXTS = ("prompt", "completion", "extracted", "cuts")
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
    """The tables of one run or of several. Rows are in the order of the plans; log-probabilities are in nats at T=1.

    samples: task_id, model, temperature, identifiers, prompt_style, context_position, filler_tokens, retrieval, index
        (these name a sample), prompt, completion (raw), extracted (the program as the model wrote it), solution (what
        is executed; null when there is none), cuts, reasoning_start and reasoning_end (characters of the completion;
        null without reasoning), stop_reason, prompt_tokens, completion_tokens, reasoning_tokens, mean_logprob,
        sum_logprob, min_logprob, mean_entropy (over the drawn tokens that are not reasoning; null without such tokens),
        has_solution, run (the name of its run).
    verdicts: the columns that name a sample, test, requirement, example, status, message, forgeable (whether the test
        ran inside the solution's own process, which could say what it likes), run.
    requirements: task_id, requirement, kind (stated or implied), text.
    quarantined: task_id, test, failed, executions: tests that a reference failed when it was executed again. Their
        verdicts are not in the table of verdicts.

    `path` and `manifest` are those of the first run. `verdict_table` is what the table of verdicts is made of when that
    is asked for: the same columns, with each text kept once.
    """

    runs: tuple[Run, ...]
    samples: pd.DataFrame
    verdict_table: pa.Table
    requirements: pd.DataFrame
    quarantined: pd.DataFrame
    index_shifts: tuple[int, ...]

    @cached_property
    def verdicts(self) -> pd.DataFrame:
        """The table of verdicts."""
        return as_frame(self.verdict_table)

    @property
    def path(self) -> AnyPath:
        """The folder of the first run."""
        return self.runs[0].path

    @property
    def manifest(self) -> Mapping[str, Any]:
        """What the first run says of itself."""
        return self.runs[0].manifest

    def tokens(self) -> pd.DataFrame:
        """One row per drawn token: the columns that name its sample, position (from 0), id, logprob (T=1),
        drawn_logprob, entropy, rank (from 1), end (characters of the completion up to and with it); in runs with
        --top-logprobs also top_ids and top_logprobs (lists, the most likely token first).

        Large runs do not fit into memory this way: see `token_lists`.
        """
        tables = map(_exploded, [shards.TOKENS.empty_table(), *self.token_lists()])
        return as_frame(pa.concat_tables(tables, promote_options="default"))

    def repeats(self) -> pd.DataFrame:
        """One row per further execution of a sample and test: the columns that name a sample, repetition (from 1),
        test, status. Quarantined tests are left out."""
        parts = zip(self.runs, self.index_shifts, strict=True)
        tables = [merged(read_all(run.path, "repeats", REPEATS), run.label, by, labelled=False) for run, by in parts]
        return as_frame(without(_joined(tables), as_table(self.quarantined)))

    def token_lists(self, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """The token shards one by one, so that any number of them fits: one row per sample, one list per quantity
        (ids, logprobs, drawn_logprobs, entropies, ranks, ends, top_ids, top_logprobs). `columns` chooses among them
        and the columns that name a sample."""
        for run, shift in zip(self.runs, self.index_shifts, strict=True):
            for table in read_each(run.path, "tokens", shards.TOKENS, columns):
                yield merged(table, run.label, shift, labelled=False)

    def sample_tables(self, columns: Sequence[str]) -> Iterator[pa.Table]:
        """Columns of the samples, shard by shard: for texts of more samples than fit into memory. Those that repeat
        come as dictionaries."""
        for run in self.runs:
            yield from read_each(run.path, "samples", shards.SAMPLES, columns, encoded=True)

    def samples_with_tokens(
        self, sample_columns: Sequence[str], token_columns: Sequence[str]
    ) -> Iterator[tuple[pa.Table, pa.Table]]:
        """Columns of samples and the lists of their tokens, part by part in the order of `samples`: for what needs
        texts and tokens of more samples than fit into memory. Indices are those of the run on disk."""
        for run in self.runs:
            yield from read_pairs(run.path, sample_columns, token_columns)


def load(runs: Runs, *, texts: bool = True) -> Results:
    """The tables of a run directory, complete or not, of several, or of all runs below a folder.

    Runs that share cells must have been drawn with different seeds; the later one's samples get the numbers that
    follow. Without `texts`, samples lack prompt, completion, extracted, solution and cuts: a million samples then take
    little memory. Raises RunDirectoryError when a run cannot be read or does not fit to the others.
    """
    found = find_runs(runs)
    samples = [_samples(run, texts) for run in found]
    moved = shifts(found, samples)
    parts = list(zip(found, moved, strict=True))
    unreliable = pa.Table.from_pylist([row for run in found for row in quarantined(run)], QUARANTINED)
    return Results(
        runs=found,
        samples=as_frame(_joined([merged(t, run.label, by) for t, (run, by) in zip(samples, parts, strict=True)])),
        verdict_table=without(_joined([merged(_verdicts(run), run.label, by) for run, by in parts]), unreliable),
        requirements=as_frame(_requirements(found)),
        quarantined=as_frame(unreliable),
        index_shifts=moved,
    )


def _samples(run: Run, texts: bool) -> pa.Table:
    left_out = () if texts else _TEXTS
    columns = [name for name in shards.SAMPLES.names if name not in left_out]
    return read_all(run.path, "samples", shards.SAMPLES, columns, _with_solution if texts else _without_solution)


def _with_solution(table: pa.Table) -> pa.Table:
    return table.append_column("has_solution", pc.is_valid(table["solution"]))


def _without_solution(table: pa.Table) -> pa.Table:
    """Whether there is one, without the texts themselves."""
    return _with_solution(table).drop_columns(["solution"])


def _verdicts(run: Run) -> pa.Table:
    """How a task is judged is the same for all its verdicts, so the manifest says it."""
    table = read_all(run.path, "verdicts", shards.VERDICTS)
    shared = [task_id for task_id, task in run.tasks.items() if task.get("judging") == "shared"]
    numbers, task_ids = codes(table["task_id"])
    forgeable = np.array([task_id in shared for task_id in task_ids], dtype=bool)
    return table.append_column("forgeable", pa.array(forgeable[numbers], pa.bool_()))


def without(table: pa.Table, unreliable: pa.Table) -> pa.Table:
    """Verdicts without those of unreliable tests."""
    for row in unreliable.to_pylist():
        theirs = pc.and_(pc.equal(table["task_id"], row["task_id"]), pc.equal(table["test"], row["test"]))
        table = table.filter(pc.invert(theirs))
    return table


def as_table(frame: pd.DataFrame) -> pa.Table:
    """The Arrow table behind a frame."""
    return pa.Table.from_pandas(frame, preserve_index=False)


def _joined(tables: Sequence[pa.Table]) -> pa.Table:
    """In one piece: rows of a table in thousands of pieces are slow to take."""
    return pa.concat_tables(tables).unify_dictionaries().combine_chunks()


def as_frame(table: pa.Table) -> pd.DataFrame:
    """Dictionaries become texts: pandas would keep groups of values that a filtered frame no longer holds."""
    for at, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            table = table.set_column(at, field.name, table[field.name].cast(field.type.value_type))
    return cast("pd.DataFrame", table.combine_chunks().to_pandas(types_mapper=pd.ArrowDtype))


def _requirements(runs: Sequence[Run]) -> pa.Table:
    rows = {(row["task_id"], row["requirement"]): row for run in runs for row in _requirements_of(run)}
    return pa.Table.from_pylist(list(rows.values()), REQUIREMENTS)


def _requirements_of(run: Run) -> list[dict[str, str]]:
    try:
        return [
            {"task_id": task_id, "requirement": item["id"], "kind": item["kind"], "text": item["text"]}
            for task_id, task in run.manifest["tasks"].items()
            for item in task["requirements"]
        ]
    except (KeyError, TypeError) as error:
        raise RunDirectoryError(f"{run.path / NAME} does not list its tasks' requirements ({error!r}).") from error


def _exploded(table: pa.Table) -> pa.Table:
    rows = pc.list_parent_indices(table["ids"]).combine_chunks()
    first = pc.index_in(rows, rows) if len(rows) else rows
    columns = {name: table[name].take(rows) for name in shards.KEY_COLUMNS}
    columns["position"] = pc.subtract(pa.array(range(len(rows)), pa.int64()), first.cast(pa.int64()))
    known = {old: new for old, new in _TOKEN_NAMES.items() if old in table.column_names}
    columns |= {new: pc.list_flatten(table[old]) for old, new in known.items()}
    return pa.table(columns)
