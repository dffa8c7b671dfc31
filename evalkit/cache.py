"""Where evalkit keeps what is costly to make twice: converted models, sandbox file systems."""

import os
from pathlib import Path


def cache_folder(*parts: str) -> Path:
    """$EVALKIT_CACHE, else $XDG_CACHE_HOME/evalkit, else ~/.cache/evalkit; with `parts` below it. Not created."""
    if own := os.environ.get("EVALKIT_CACHE"):
        return Path(own).joinpath(*parts)
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base).joinpath("evalkit", *parts)
