"""A sample's name in one line of text, and the sample of a run that such a text names."""

from collections.abc import Iterator, Mapping
from typing import Any

from evalkit.errors import RunDirectoryError
from evalkit.paths import AnyPath
from evalkit.results import records, shards
from evalkit.types import Sample, SampleKey

_COLUMNS = {"prompt": "prompt_style", "position": "context_position"}  # where a cell's key has another name
_FEW = 3


def sample_id(key: SampleKey) -> str:
    """The full name: task, cell and index.

    >>> from evalkit.types import Cell
    >>> sample_id(SampleKey("starter/parse", Cell("m", 0.8, "camelCase", "plain"), 2))
    'starter/parse|model=m|temperature=0.8|identifiers=camelCase|prompt=plain|index=2'
    """
    return f"{key.task_id}|{key.cell.key}|index={key.index}"


def find_sample(run: AnyPath, wanted: str) -> tuple[int, Sample]:
    """The sample that `wanted` names, and its number (from 0) among those the run has.

    `wanted` is that number, or the task's id (with or without its suite) and as many of the parts of `sample_id` as
    tell it from the others: 'parse_duration|temperature=0.8|index=1'. Raises RunDirectoryError where no sample or
    several fit.
    """
    rows = _keys(run)
    found = _numbered(wanted, rows) if wanted.isdecimal() else [at for at, row in enumerate(rows) if _fits(row, wanted)]
    if len(found) != 1:
        raise RunDirectoryError(_why(run, wanted, rows, found))
    return found[0], _read(run, found[0])


def _keys(run: AnyPath) -> list[dict[str, Any]]:
    from evalkit.results.frames import load

    frame = load(run, texts=False).samples[list(shards.KEY_COLUMNS)]
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _numbered(wanted: str, rows: list[dict[str, Any]]) -> list[int]:
    return [int(wanted)] if int(wanted) < len(rows) else []


def _fits(row: Mapping[str, Any], wanted: str) -> bool:
    task, *parts = (part.strip() for part in wanted.split("|"))
    return task in (row["task_id"], row["task_id"].rpartition("/")[2]) and all(_has(row, part) for part in parts)


def _has(row: Mapping[str, Any], part: str) -> bool:
    name, _, value = part.partition("=")
    known = row.get(_COLUMNS.get(name, name))
    if isinstance(known, float):
        try:
            return known == float(value)
        except ValueError:
            return False
    return known is not None and str(known) == value


def _why(run: AnyPath, wanted: str, rows: list[dict[str, Any]], found: list[int]) -> str:
    if not rows:
        return f"{run} holds no sample yet."
    if not found:
        example = sample_id(records.key_of(rows[0]))
        return (
            f"{run} has no sample {wanted!r} among its {len(rows)}. Give a number from 0 to {len(rows) - 1} or a name "
            f"such as '{example}'."
        )
    some = "', '".join(sample_id(records.key_of(rows[at])) for at in found[:_FEW])
    return f"{wanted!r} fits {len(found)} samples of {run}; give more of the name, as in '{some}'."


def _read(run: AnyPath, number: int) -> Sample:
    from evalkit.results.reading import read_pairs

    first = 0
    for samples, tokens in read_pairs(run, shards.SAMPLES.names, shards.TOKENS.names):
        if number < first + len(samples):
            at = number - first
            [sample] = records.samples_from_tables(samples.slice(at, 1), tokens.slice(at, 1))
            return sample
        first += len(samples)
    raise RunDirectoryError(f"{run} lost a shard while it was read.")


def each_sample(run: AnyPath) -> Iterator[Sample]:
    """Every sample of a run with its tokens, in the order of the plan, one shard in memory at a time."""
    from evalkit.results.reading import read_pairs

    for samples, tokens in read_pairs(run, shards.SAMPLES.names, shards.TOKENS.names):
        yield from records.samples_from_tables(samples, tokens)
