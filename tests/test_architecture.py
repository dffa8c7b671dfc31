"""The arrows of docs/architecture.md, read off the imports: cli -> run -> stages -> types, errors, registry."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import evalkit

PACKAGE = Path(evalkit.__file__).parent
FOUNDATION = {"types", "errors", "registry", "cache", "stopping", "paths"}
STAGES = {"suites", "identifiers", "prompts", "sampling", "models", "extraction", "sandboxes", "scoring"}
STAGES |= {"results", "statistics", "reports"}
EVERYTHING = {*FOUNDATION, *STAGES, "experiment", "config", "progress", "run", "anatomy"}
# What each module may import beside itself and the version in evalkit/__init__.py.
ALLOWED = {
    "types": set(),
    "errors": set(),
    "registry": {"errors"},
    "cache": set(),
    "paths": {"errors", "object_stores"},
    "object_stores": {"errors"},
    "stopping": {"types"},
    "experiment": set(),
    "config": {"errors", "experiment", "registry", "paths"},
    "progress": {"types"},
    **dict.fromkeys(STAGES, FOUNDATION),
    "models": {*FOUNDATION, "sampling", "results"},
    "statistics": {*FOUNDATION, "results"},
    "reports": {*FOUNDATION, "statistics", "results"},
    "comparison": {*FOUNDATION, "statistics", "results", "reports"},
    "gate": {*FOUNDATION, "comparison", "statistics", "results", "reports"},
    "run": EVERYTHING - {"run", "anatomy"},
    "anatomy": EVERYTHING - {"anatomy", "progress", "sandboxes", "scoring"},
    "history": {*FOUNDATION, "gate", "comparison", "statistics", "results", "reports"},
    "cli": {*EVERYTHING, "comparison", "gate", "history"},
}
SOURCES = sorted(path for path in PACKAGE.rglob("*.py") if "_data" not in path.parts)


def module_of(path: Path) -> str:
    """The part of evalkit a file belongs to: 'models' for evalkit/models/scripted.py."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_parts(tree: ast.AST) -> Iterator[str]:
    """The parts of evalkit that a file imports, in functions and under TYPE_CHECKING too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            raise AssertionError(f"line {node.lineno}: relative imports hide what is imported")
        if isinstance(node, ast.ImportFrom) and node.module == "evalkit":
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("evalkit."):
            yield str(node.module).split(".")[1]
        elif isinstance(node, ast.Import):
            yield from (alias.name.split(".")[1] for alias in node.names if alias.name.startswith("evalkit."))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_follow_the_arrows(path: Path) -> None:
    module = module_of(path)
    if module == "__init__":
        return  # hands out evalkit.load from results, and nothing else
    imported = set(imported_parts(ast.parse(path.read_text()))) - {module, "__version__"}
    assert imported <= ALLOWED[module], f"{module} must not import {sorted(imported - ALLOWED[module])}"


def test_every_part_is_in_the_picture() -> None:
    assert {module_of(path) for path in SOURCES} - {"__init__"} <= set(ALLOWED)


def test_the_runner_imports_the_standard_library_its_own_files_pytest_and_numpy_only() -> None:
    runner = PACKAGE.parent / "sandbox" / "runner"
    allowed = {path.stem for path in runner.glob("*.py")} | sys.stdlib_module_names | {"pytest", "_pytest", "numpy"}
    for path in runner.glob("*.py"):
        assert set(_top_level_imports(ast.parse(path.read_text()))) <= allowed, path.name


def _top_level_imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]
