"""The shards of one run, read by several threads; texts that repeat are kept once."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import pyarrow as pa

from evalkit.errors import RunDirectoryError
from evalkit.paths import AnyPath
from evalkit.results import shards
from evalkit.results.layout import Part, parts

REPEATED = (
    *(name for name in shards.KEY_COLUMNS if pa.types.is_string(shards.SAMPLES.field(name).type)),
    "prompt",
    "stop_reason",
    "test",
    "requirement",
    "status",
    "message",
)
_AT_ONCE = 16  # shards that are in memory as they were read: they are joined, then the next ones


def read_all(
    folder: AnyPath,
    kind: str,
    schema: pa.Schema,
    columns: Sequence[str] | None = None,
    change: Callable[[pa.Table], pa.Table] = lambda table: table,
) -> pa.Table:
    """All shards of a kind as one table, in the order of the plan; columns of REPEATED as dictionaries. `change` is
    done to each shard, for what is not needed of all of them together."""
    columns = columns or schema.names
    empty = change(_encoded(schema.empty_table().select(columns)))
    read = read_each(folder, kind, schema, columns, encoded=True)
    return pa.concat_tables([empty, *map(change, read)]).unify_dictionaries()


def read_each(
    folder: AnyPath, kind: str, schema: pa.Schema, columns: Sequence[str] | None = None, encoded: bool = False
) -> Iterator[pa.Table]:
    """The shards of a kind one by one, in the order of the plan, read ahead by other threads; where it is asked for,
    with the columns of REPEATED as dictionaries: shards hold them like that, and millions of texts are not made."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        left = _pieces(folder, kind)
        while several := list(islice(left, _AT_ONCE)):
            yield from pool.map(lambda part: read_part(part, schema, columns, encoded), several)


def read_pairs(
    folder: AnyPath, sample_columns: Sequence[str], token_columns: Sequence[str] | None
) -> Iterator[tuple[pa.Table, pa.Table]]:
    """For each unit whose samples are there, columns of its samples and of their tokens, row by row."""

    def both(part: Part) -> tuple[pa.Table, pa.Table]:
        return (
            read_part(part, shards.SAMPLES, sample_columns),
            read_part(part.of("tokens"), shards.TOKENS, token_columns),
        )

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        left = _pieces(folder, "samples")
        while several := list(islice(left, _AT_ONCE)):
            yield from pool.map(both, several)


def read_part(part: Part, schema: pa.Schema, columns: Sequence[str] | None = None, encoded: bool = False) -> pa.Table:
    """The rows of a part, also where its file was merged with others since it was found."""
    dictionaries = REPEATED if encoded else ()
    try:
        return shards.read_shard(part.path, schema, columns, part.groups, dictionaries)
    except RunDirectoryError as error:
        if part.groups is not None or not isinstance(error.__cause__, FileNotFoundError):
            raise
        merged = find_unit(part.path.parent, part.path.name.partition("-")[0], part.first)
        if merged is None or merged.groups is None:
            raise
        return shards.read_shard(merged.path, schema, columns, merged.groups, dictionaries)


def find_unit(folder: AnyPath, kind: str, unit: int) -> Part | None:
    """Where a unit is; None where it is not."""
    return next((part.unit(unit) for part in parts(folder, kind) if part.first <= unit <= part.last), None)


def _pieces(folder: AnyPath, kind: str) -> Iterator[Part]:
    return (piece for part in parts(folder, kind) for piece in part.pieces())


def _encoded(table: pa.Table) -> pa.Table:
    for index, name in enumerate(table.column_names):
        if name in REPEATED:
            table = table.set_column(index, name, table[name].dictionary_encode())
    return table
