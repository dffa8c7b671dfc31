"""The tables of runs as Parquet or CSV files that other programs read, and back.

samples, verdicts, requirements, quarantined: the tables of `Results`, one file each. tokens: where asked, one row per
token. runs.json: name, path and manifest of each run. In CSV a null is an empty field and an empty text is "", quoted;
a list is JSON.
"""

import json
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from evalkit.errors import RunDirectoryError
from evalkit.paths import as_path
from evalkit.results import shards
from evalkit.results.files import explained
from evalkit.results.frames import REQUIREMENTS, Results, as_frame
from evalkit.results.repeats import QUARANTINED
from evalkit.results.runs import Run

RUNS = "runs.json"
TABLES = ("samples", "verdicts", "requirements", "quarantined")
_RUN = ("run", pa.string())
SCHEMAS = {
    "samples": pa.schema([*shards.SAMPLES, ("has_solution", pa.bool_()), _RUN]),
    "verdicts": pa.schema([*shards.VERDICTS, ("forgeable", pa.bool_()), _RUN]),
    "requirements": REQUIREMENTS,
    "quarantined": QUARANTINED,
}


def write_tables(results: Results, folder: Path, kind: str, tokens: bool = False) -> list[Path]:
    """Write the tables into a folder as `kind` (parquet or csv); returns the files. Raises RunDirectoryError."""
    frames = {name: getattr(results, name) for name in TABLES} | ({"tokens": results.tokens()} if tokens else {})
    runs = [{"label": run.label, "path": str(run.path), "manifest": run.manifest} for run in results.runs]
    with explained(folder, "Choose another --out."):
        folder.mkdir(parents=True, exist_ok=True)
        for name, frame in frames.items():
            table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
            _write(table, folder / f"{name}.{kind}")
        (folder / RUNS).write_text(json.dumps(runs, indent=1))
    return [*(folder / f"{name}.{kind}" for name in frames), folder / RUNS]


def read_tables(folder: Path | str) -> Results:
    """The tables that `write_tables` wrote, equal to those that it was given. Its tokens are not read back.

    Raises RunDirectoryError when the folder does not hold them.
    """
    folder = Path(folder)
    try:
        runs = json.loads((folder / RUNS).read_text())
        tables = {name: _read(folder, name) for name in TABLES}
    except (OSError, ValueError, pa.ArrowException) as error:
        raise RunDirectoryError(f"{folder} holds no exported tables that can be read: {error}") from error
    found = tuple(Run(as_path(run["path"]), run["manifest"], run["label"]) for run in runs)
    verdicts = tables.pop("verdicts")
    frames = {name: as_frame(table) for name, table in tables.items()}
    return Results(found, verdict_table=verdicts, **frames, index_shifts=(0,) * len(found))


def _write(table: pa.Table, path: Path) -> None:
    if path.suffix == ".parquet":
        pq.write_table(table, path, compression="zstd")
    else:
        pa_csv.write_csv(_flattened(table), path, pa_csv.WriteOptions(quoting_style="needed"))


def _flattened(table: pa.Table) -> pa.Table:
    """CSV has no lists."""
    for at, field in enumerate(table.schema):
        if pa.types.is_list(field.type):
            texts = [None if each is None else json.dumps(each) for each in table[field.name].to_pylist()]
            table = table.set_column(at, field.name, pa.array(texts, pa.string()))
    return table


def _read(folder: Path, name: str) -> pa.Table:
    schema = SCHEMAS[name]
    path = folder / f"{name}.parquet"
    if path.exists():
        table = pq.read_table(path)
        return table.cast(pa.schema([schema.field(each) for each in table.column_names]))
    return _read_csv(folder / f"{name}.csv", schema)


def _read_csv(path: Path, schema: pa.Schema) -> pa.Table:
    lists = [field.name for field in schema if pa.types.is_list(field.type)]
    types: dict[str, Any] = {field.name: pa.string() if field.name in lists else field.type for field in schema}
    convert = pa_csv.ConvertOptions(
        column_types=types, strings_can_be_null=True, quoted_strings_can_be_null=False, null_values=[""]
    )
    table = pa_csv.read_csv(path, parse_options=pa_csv.ParseOptions(newlines_in_values=True), convert_options=convert)
    for name in set(lists) & set(table.column_names):
        values = [None if text is None else json.loads(text) for text in table[name].to_pylist()]
        table = table.set_column(table.column_names.index(name), name, pa.array(values, schema.field(name).type))
    return cast("pa.Table", table)
