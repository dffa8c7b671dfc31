"""The third-party packages a sandbox offers: few, the same on every engine, taken from this environment."""

from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

JUDGE = ("pytest", "pluggy", "iniconfig", "packaging", "pygments")
"""What task tests may import beside the solution."""
SHARED = ("numpy", "tzdata")
"""What solutions and tests may both import."""


def folders_of(name: str) -> dict[str, Path]:
    """Top-level name -> path of everything a distribution installed that is not metadata or a script."""
    try:
        installed = distribution(name)
    except PackageNotFoundError:
        return {}
    tops = {entry.parts[0] for entry in installed.files or ()}
    skipped = (".dist-info", ".egg-info", ".pth")
    return {
        top: Path(str(installed.locate_file(top))) for top in tops - {"..", "__pycache__"} if not top.endswith(skipped)
    }


def import_path(names: Iterable[str]) -> list[str]:
    """Folders of this environment that hold the packages `names`, for sandboxes that do not copy them."""
    roots = {str(path.parent) for name in names for path in folders_of(name).values()}
    return sorted(roots)
