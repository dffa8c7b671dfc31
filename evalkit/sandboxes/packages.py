"""The third-party packages a sandbox offers: few, the same on every engine, taken from this environment.

Most tasks need none of those in ON_DEMAND, so these are put together only when a task asks for one: in a folder of the
cache, which bubblewrap mounts and from which a second Docker image is made.
"""

import compileall
import hashlib
import shutil
import tempfile
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path

from evalkit.cache import cache_folder
from evalkit.errors import SandboxUnavailable
from evalkit.registry import data_folder

JUDGE = ("pytest", "pluggy", "iniconfig", "packaging", "pygments")
"""What task tests may import beside the solution."""
SHARED = ("numpy", "tzdata")
"""What solutions and tests may both import."""
ON_DEMAND = {
    "pandas": ("pandas", "python-dateutil"),
    "petl": ("petl",),
    "portion": ("portion", "sortedcontainers"),
}
"""What solutions may import where their task says so: module -> distributions."""
PACKAGES_FOLDER = "/opt/evalkit/packages"
_LEFT_OUT = shutil.ignore_patterns("test", "tests", "*.a", "*.pyi", "RECORD", "direct_url.json")


def own_libraries() -> dict[str, Path]:
    """Libraries that exist nowhere but in the sandbox, so that no model has seen them: name -> folder."""
    return {path.name: path for path in sorted((data_folder("sandbox") / "libraries").iterdir()) if path.is_dir()}


def require_packages(names: Iterable[str]) -> None:
    """Raises SandboxUnavailable, with what to do, when a task asks for a package that no sandbox can offer."""
    wanted = sorted(set(names))
    known = sorted({*SHARED, *ON_DEMAND, *own_libraries()})
    if unknown := [name for name in wanted if name not in known]:
        raise SandboxUnavailable(f"No sandbox offers the package {unknown[0]!r}. Known: {', '.join(known)}.")
    missing = [each for name in wanted for each in ON_DEMAND.get(name, ()) if not folders_of(each)]
    if missing:
        raise SandboxUnavailable(
            f"The tasks need packages that are not installed: {', '.join(missing)}. "
            "Run: pip install 'evalkit[libraries]'"
        )


def on_demand(names: Iterable[str]) -> bool:
    """Whether any of them needs more than every sandbox has."""
    return any(name not in SHARED for name in names)


def packages_key() -> str:
    """Changes whenever a package that is offered on demand changes."""
    distributions = sorted({each for every in ON_DEMAND.values() for each in every})
    digest = hashlib.sha256("\n".join(f"{name}={_version(name)}" for name in distributions).encode())
    for folder in own_libraries().values():
        for file in sorted(folder.rglob("*.py")):
            digest.update(f"\n{file.relative_to(folder.parent)}\n".encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def packages_folder() -> Path:
    """A folder with all of them that are installed here, built if it is not there yet. Raises SandboxUnavailable."""
    folder = cache_folder("sandbox", f"packages-{packages_key()}")
    if not folder.is_dir():
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=folder.parent, prefix="building-") as temporary:
                building = Path(temporary) / "packages"
                _build(building)
                move_into_place(building, folder)
        except OSError as error:
            raise SandboxUnavailable(f"Cannot put packages together in {folder.parent}: {error}.") from error
    return folder


def _build(target: Path) -> None:
    distributions = {each for every in ON_DEMAND.values() for each in every}
    found = [item for each in sorted(distributions) for item in _installed(each).items()]
    target.mkdir(mode=0o755)
    for name, path in (*found, *own_libraries().items()):
        if path.is_dir():
            shutil.copytree(path, target / name, ignore=_LEFT_OUT)
        else:
            shutil.copy2(path, target / name)
    compileall.compile_dir(target, quiet=2, workers=1)  # what came compiled is not compiled again


def move_into_place(building: Path, folder: Path) -> None:
    """Give what was built its name, unless another process was faster."""
    try:
        building.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"


def folders_of(name: str) -> dict[str, Path]:
    """Top-level name -> path of everything a distribution installed that is not metadata or a script."""
    return {top: path for top, path in _installed(name).items() if not top.endswith((".dist-info", ".egg-info"))}


def _installed(name: str) -> dict[str, Path]:
    """The same with metadata, which some packages read when they are imported."""
    try:
        installed = distribution(name)
    except PackageNotFoundError:
        return {}
    tops = {entry.parts[0] for entry in installed.files or ()} - {"..", "__pycache__"}
    return {top: Path(str(installed.locate_file(top))) for top in tops if not top.endswith(".pth")}


def import_path(names: Iterable[str]) -> list[str]:
    """Folders of this environment that hold the packages `names`, for sandboxes that do not copy them."""
    roots = {str(path.parent) for name in names for path in folders_of(name).values()}
    return sorted(roots)
