"""The Parquet shards of a run: their columns, and records to and from their rows.

Three tables, one file of each per unit. A sample's tokens lie in a table of their own, one row per sample
with a list per quantity, because most questions do not need them. Equal records give equal bytes.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, cast

import pyarrow as pa
import pyarrow.parquet as pq

from evalkit.errors import RunDirectoryError
from evalkit.paths import AnyPath, RemotePath
from evalkit.results.texts import escape, unescape
from evalkit.types import (
    Cell,
    Completion,
    Context,
    Extraction,
    Sample,
    SampleKey,
    StopReason,
    TokenTrace,
    Verdict,
)

_KEY = [
    ("task_id", pa.string()),
    ("model", pa.string()),
    ("temperature", pa.float64()),
    ("identifiers", pa.string()),
    ("prompt_style", pa.string()),
    ("context_position", pa.string()),
    ("filler_tokens", pa.int32()),
    ("retrieval", pa.string()),
    ("index", pa.int32()),
]
KEY_COLUMNS = tuple(name for name, _ in _KEY)
# Names one cell: everything of a sample's key but the task and the sample's index.
CELL_COLUMNS = KEY_COLUMNS[1:-1]
NO_CONTEXT = {"context_position": Context().position, "filler_tokens": 0, "retrieval": Context().retrieval}

SAMPLES = pa.schema(
    [
        *_KEY,
        ("prompt", pa.string()),
        ("completion", pa.string()),
        ("extracted", pa.string()),
        ("solution", pa.string()),
        ("cuts", pa.list_(pa.string())),
        ("reasoning_start", pa.int32()),
        ("reasoning_end", pa.int32()),
        ("stop_reason", pa.string()),
        ("prompt_tokens", pa.int32()),
        ("completion_tokens", pa.int32()),
        ("reasoning_tokens", pa.int32()),
        ("mean_logprob", pa.float64()),
        ("sum_logprob", pa.float64()),
        ("min_logprob", pa.float64()),
        ("mean_entropy", pa.float64()),
    ]
)
TOKENS = pa.schema(
    [
        *_KEY,
        ("ids", pa.list_(pa.int32())),
        ("logprobs", pa.list_(pa.float64())),
        ("drawn_logprobs", pa.list_(pa.float64())),
        ("entropies", pa.list_(pa.float64())),
        ("ranks", pa.list_(pa.int32())),
        ("ends", pa.list_(pa.int32())),
    ]
)
# With the most likely tokens at each position, in runs that asked for them.
TOKENS_WITH_TOP = pa.schema(
    [*TOKENS, ("top_ids", pa.list_(pa.list_(pa.int32()))), ("top_logprobs", pa.list_(pa.list_(pa.float64())))]
)
VERDICTS = pa.schema(
    [
        *_KEY,
        ("test", pa.string()),
        ("requirement", pa.string()),
        ("example", pa.bool_()),
        ("status", pa.string()),
        ("message", pa.string()),
    ]
)


def samples_table(samples: Sequence[Sample]) -> pa.Table:
    """One row per sample, with what its tokens say of its plausibility at T=1 (null without tokens).

    The tokens of its reasoning are counted and otherwise left out: plausibility is that of the answer.
    """
    rows = [
        {
            **key_row(sample.key),
            "prompt": sample.prompt,
            "completion": sample.completion.text,
            "extracted": sample.extraction.extracted,
            "solution": sample.extraction.solution,
            "cuts": sample.extraction.cuts,
            **_span(sample.extraction.reasoning),
            "stop_reason": sample.completion.stop_reason.value,
            "prompt_tokens": sample.completion.prompt_tokens,
            **_plausibility(sample.completion, sample.extraction.reasoning),
        }
        for sample in samples
    ]
    return _table(rows, SAMPLES)


def tokens_table(samples: Sequence[Sample]) -> pa.Table:
    """One row per sample, one list per quantity of its tokens."""
    schema = TOKENS_WITH_TOP if any(sample.completion.tokens.top_ids for sample in samples) else TOKENS
    quantities = schema.names[len(_KEY) :]
    rows = [
        {**key_row(sample.key), **{name: getattr(sample.completion.tokens, name) for name in quantities}}
        for sample in samples
    ]
    return _table(rows, schema)


def verdicts_table(verdicts: Sequence[Verdict]) -> pa.Table:
    """One row per test of a sample."""
    rows = [
        {
            **key_row(verdict.key),
            "test": verdict.test,
            "requirement": verdict.requirement,
            "example": verdict.example,
            "status": verdict.status.value,
            "message": verdict.message,
        }
        for verdict in verdicts
    ]
    return _table(rows, VERDICTS)


def samples_from_tables(samples: pa.Table, tokens: pa.Table) -> tuple[Sample, ...]:
    """The records that `samples_table` and `tokens_table` were given."""
    pairs = zip(_rows(samples), _rows(tokens), strict=True)
    return tuple(_sample(row, trace) for row, trace in pairs)


def to_bytes(table: pa.Table) -> bytes:
    """The Parquet file of a table, compressed with zstd."""
    buffer = pa.BufferOutputStream()
    pq.write_table(table, buffer, compression="zstd")
    return cast("bytes", buffer.getvalue().to_pybytes())


def has_top(path: AnyPath) -> bool:
    """Whether a shard of tokens holds the most likely tokens as well."""
    with _opened(path) as file:
        return bool(file.schema_arrow == TOKENS_WITH_TOP)


def group_sizes(path: AnyPath) -> list[int]:
    """Rows of each row group, from the file's end alone."""
    with _opened(path) as file:
        return [file.metadata.row_group(at).num_rows for at in range(file.metadata.num_row_groups)]


def read_any(path: AnyPath) -> pa.Table:
    """A shard's table, of whatever kind."""
    with _opened(path) as file:
        return file.read()


@contextmanager
def _opened(path: AnyPath, dictionaries: Sequence[str] = ()) -> Iterator[pq.ParquetFile]:
    """The open file. Raises RunDirectoryError that names a broken shard."""
    try:
        source = path.source() if isinstance(path, RemotePath) else path
        with pq.ParquetFile(source, pre_buffer=True, read_dictionary=list(dictionaries)) as file:
            yield file
    except (OSError, pa.ArrowException) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise RunDirectoryError(
            f"{path} cannot be read: {reason}. Delete it and resume the run to compute it again."
        ) from error


def read_shard(
    path: AnyPath,
    schema: pa.Schema,
    columns: Sequence[str] | None = None,
    groups: Sequence[int] | None = None,
    dictionaries: Sequence[str] = (),
) -> pa.Table:
    """A shard's table, or the given columns and row groups of it; raises RunDirectoryError that names a broken shard.

    A shard of tokens may hold the most likely tokens as well. The columns of `dictionaries` come as such.
    """
    allowed = (schema, TOKENS_WITH_TOP) if schema is TOKENS else (schema,)
    try:
        with _opened(path, [name for name in dictionaries if name in schema.names]) as file:
            if _plain(file.schema_arrow) in allowed:
                return file.read(columns) if groups is None else file.read_row_groups(list(groups), columns)
    except KeyError:  # a column that is to be a dictionary is not there
        pass
    raise RunDirectoryError(f"{path} does not have the columns of a shard of this format.")


def _plain(schema: pa.Schema) -> pa.Schema:
    """The columns as they were written, whether or not they are read as dictionaries."""
    if not any(pa.types.is_dictionary(field.type) for field in schema):
        return schema
    kinds = (field.type.value_type if pa.types.is_dictionary(field.type) else field.type for field in schema)
    return pa.schema([field.with_type(kind) for field, kind in zip(schema, kinds, strict=True)])


def _plausibility(completion: Completion, reasoning: tuple[int, int] | None) -> dict[str, object]:
    tokens = completion.tokens
    answer = [at for at, end in enumerate(tokens.ends) if not (reasoning and reasoning[0] <= end <= reasoning[1])]
    logprobs, entropies = ([values[at] for at in answer] for values in (tokens.logprobs, tokens.entropies))
    count, total = len(answer), math.fsum(logprobs)
    return {
        "completion_tokens": completion.token_count or 0,
        "reasoning_tokens": len(tokens.ids) - count,
        "mean_logprob": total / count if count else None,
        "sum_logprob": total if count else None,
        "min_logprob": min(logprobs, default=None),
        "mean_entropy": _known(math.fsum(entropies) / count) if count else None,
    }


def _known(value: float) -> float | None:
    """Servers do not tell the whole distribution: its entropy is then NaN for each token, and null for a sample."""
    return None if math.isnan(value) else value


def _span(reasoning: tuple[int, int] | None) -> dict[str, int | None]:
    start, end = reasoning or (None, None)
    return {"reasoning_start": start, "reasoning_end": end}


def key_row(key: SampleKey) -> dict[str, object]:
    """The columns that name a sample."""
    return {
        "task_id": key.task_id,
        "model": key.cell.model,
        "temperature": float(key.cell.temperature),
        "identifiers": key.cell.identifiers,
        "prompt_style": key.cell.prompt,
        "context_position": key.cell.context.position,
        "filler_tokens": key.cell.context.filler_tokens,
        "retrieval": key.cell.context.retrieval,
        "index": key.index,
    }


def key_of(row: Mapping[str, Any]) -> SampleKey:
    """The sample that `key_row` was given."""
    context = Context(row["context_position"], row["filler_tokens"], row["retrieval"])
    cell = Cell(row["model"], row["temperature"], row["identifiers"], row["prompt_style"], context)
    return SampleKey(row["task_id"], cell, row["index"])


def _sample(row: Mapping[str, Any], tokens: Mapping[str, Any]) -> Sample:
    trace = TokenTrace(
        **{name: tuple(map(_frozen, values)) for name, values in tokens.items() if name not in KEY_COLUMNS}
    )
    stop_reason = StopReason(row["stop_reason"])
    counted = None if trace.ids else row["completion_tokens"] or None
    completion = Completion(row["completion"], stop_reason, row["prompt_tokens"], trace, counted)
    reasoning = None if row["reasoning_end"] is None else (row["reasoning_start"], row["reasoning_end"])
    extraction = Extraction(row["solution"], tuple(row["cuts"]), row["extracted"], reasoning)
    return Sample(key_of(row), row["prompt"], completion, extraction)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _table(rows: Sequence[Mapping[str, Any]], schema: pa.Schema) -> pa.Table:
    columns = [_mapped([row[field.name] for row in rows], field.type, escape) for field in schema]
    return pa.table([pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)], schema=schema)


def _rows(table: pa.Table) -> list[dict[str, Any]]:
    columns = [_mapped(table[field.name].to_pylist(), field.type, unescape) for field in table.schema]
    return [dict(zip(table.schema.names, values, strict=True)) for values in zip(*columns, strict=True)]


def _mapped(values: Iterable[Any], kind: pa.DataType, change: Callable[[str], str]) -> list[Any]:
    """Change every text of a column of texts or of lists of texts; other columns stay as they are."""
    if kind == pa.string():
        return [None if value is None else change(value) for value in values]
    if kind == pa.list_(pa.string()):
        return [[change(text) for text in value] for value in values]
    return list(values)
