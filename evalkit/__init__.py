"""evalkit measures how often a code model's likely-looking code is correct."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evalkit.results import load

__all__ = ["__version__", "load"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name != "load":  # found on first use: importing evalkit must not import pandas
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from evalkit.results import load

    return load
