"""A run on disk: written unit by unit while it goes, read back as pandas tables.

Writing (`RunDirectory`) needs no pandas; `load` and `Results` import it when they are first used.
"""

from typing import TYPE_CHECKING, Any

from evalkit.results.run_directory import RunDirectory

if TYPE_CHECKING:
    from evalkit.results.frames import Results, load

__all__ = ["Results", "RunDirectory", "load"]


def __getattr__(name: str) -> Any:
    if name not in {"Results", "load"}:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from evalkit.results import frames

    return getattr(frames, name)
