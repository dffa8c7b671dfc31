"""The shards of one run, read by several threads; texts that repeat are kept once."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import pyarrow as pa

from evalkit.paths import AnyPath
from evalkit.results import shards

REPEATED = (
    *(name for name in shards.KEY_COLUMNS if pa.types.is_string(shards.SAMPLES.field(name).type)),
    "prompt",
    "stop_reason",
    "test",
    "requirement",
    "status",
)
_AT_ONCE = 16  # shards that are in memory as they were read: they are joined, then the next ones


def read_all(folder: AnyPath, kind: str, schema: pa.Schema, columns: Sequence[str] | None = None) -> pa.Table:
    """All shards of a kind as one table, in the order of the plan; columns of REPEATED as dictionaries."""
    parts = [_encoded(schema.empty_table().select(columns or schema.names))]
    read = read_each(folder, kind, schema, columns)
    while several := list(islice(read, _AT_ONCE)):
        parts.append(_encoded(pa.concat_tables(several).combine_chunks()))
    return pa.concat_tables(parts).unify_dictionaries()


def read_each(
    folder: AnyPath, kind: str, schema: pa.Schema, columns: Sequence[str] | None = None
) -> Iterator[pa.Table]:
    """The shards of a kind one by one, in the order of the plan, read ahead by other threads."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        paths = iter(shard_paths(folder, kind))
        while several := list(islice(paths, _AT_ONCE)):
            yield from pool.map(lambda path: shards.read_shard(path, schema, columns), several)


def read_pairs(
    folder: AnyPath, sample_columns: Sequence[str], token_columns: Sequence[str]
) -> Iterator[tuple[pa.Table, pa.Table]]:
    """For each unit whose samples are there, columns of its samples and of their tokens, row by row."""
    paths = shard_paths(folder, "samples")

    def both(path: AnyPath) -> tuple[pa.Table, pa.Table]:
        tokens = path.with_name(path.name.replace("samples", "tokens", 1))
        return (
            shards.read_shard(path, shards.SAMPLES, sample_columns),
            shards.read_shard(tokens, shards.TOKENS, token_columns),
        )

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        left = iter(paths)
        while several := list(islice(left, _AT_ONCE)):
            yield from pool.map(both, several)


def shard_paths(folder: AnyPath, kind: str) -> list[AnyPath]:
    """The shards of a kind, in the order of the plan."""
    units = {path.stem.partition("-")[2]: path for path in folder.glob(f"{kind}-*.parquet")}
    return [units[unit] for unit in sorted(filter(str.isdecimal, units), key=int)]  # others are a user's own


def _encoded(table: pa.Table) -> pa.Table:
    for index, name in enumerate(table.column_names):
        if name in REPEATED:
            table = table.set_column(index, name, table[name].dictionary_encode())
    return table
