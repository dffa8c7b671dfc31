"""A run on disk: written unit by unit while it goes, read back as pandas tables.

Writing (`RunDirectory`) needs no pandas; `load` and `Results` import it when they are first used.
"""

from typing import TYPE_CHECKING, Any

from evalkit.results.run_directory import RunDirectory

if TYPE_CHECKING:
    from evalkit.results.frames import Results, load
    from evalkit.results.table_files import read_tables

__all__ = ["Results", "RunDirectory", "load", "read_tables"]


def __getattr__(name: str) -> Any:
    if name == "read_tables":
        from evalkit.results.table_files import read_tables

        return read_tables
    if name not in {"Results", "load"}:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from evalkit.results import frames

    return getattr(frames, name)
