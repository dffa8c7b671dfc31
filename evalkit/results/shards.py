"""The Parquet shards of a run: their columns, and tables to and from files.

Three tables, one file of each per unit. A sample's tokens lie in a table of their own, one row per sample
with a list per quantity, because most questions do not need them. `records` makes the rows.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import cast

import pyarrow as pa
import pyarrow.parquet as pq

from evalkit.errors import RunDirectoryError
from evalkit.paths import AnyPath, RemotePath
from evalkit.types import Context

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
