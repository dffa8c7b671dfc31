"""What docs/identifiers.md shows is so."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from evalkit import registry
from evalkit.cli import main
from evalkit.identifiers import Kind, Name, new_names
from evalkit.types import Task

PAGE = (Path(__file__).parents[2] / "docs" / "identifiers.md").read_text(encoding="utf-8")
TASK = Task("s/t", "add_all", 'def add_all(first_item, other_items):\n    """Add."""\n', "", (), (), "", ())


@pytest.fixture
def own_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The page's module and its entry point, as an installed package has them."""
    (tmp_path / "my_styles.py").write_text(code("python"))
    information = tmp_path / "my_styles-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: my-styles\nVersion: 1.0\n")
    group = re.sub(r"project\.entry-points\.\"(.+)\"", r"\1", code("toml")).replace('"', "")
    (information / "entry_points.txt").write_text(group)
    monkeypatch.syspath_prepend(tmp_path)
    yield
    sys.modules.pop("my_styles", None)


def code(language: str) -> str:
    return "\n".join(re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL))


def test_the_table_shows_every_style_with_its_names() -> None:
    rows = [
        [cell.strip(" `") for cell in line.split("|")[1:-1]] for line in PAGE.splitlines() if line.startswith("| `")
    ]
    styles = {row[0]: row[1:3] for row in rows if row[0] in registry.names("identifier style")}
    assert list(styles) and set(styles) == set(registry.names("identifier style"))
    assert styles.pop("misleading") == ["", ""]
    asked: tuple[tuple[str, Kind], ...] = (("connection_pool_size", "parameter"), ("ConnectionPool", "class"))
    for style, shown in styles.items():
        made = [registry.resolve("identifier style", style)(Name(text, kind)) for text, kind in asked]
        assert [each if isinstance(each, str) else next(each) for each in made] == shown


@pytest.mark.usefixtures("own_package")
def test_the_styles_of_ones_own_work_by_path_and_by_entry_point() -> None:
    shouted = {"add_all": "ADD_ALL_NOW", "first_item": "FIRST_ITEM_NOW", "other_items": "OTHER_ITEMS_NOW"}
    assert new_names(TASK, "my_styles:shouted") == new_names(TASK, "shouted") == shouted
    assert list(new_names(TASK, "my_styles:numbered_by_kind").values()) == ["function1", "parameter1", "parameter2"]
    assert new_names(TASK, "my_styles:swapped") == {"add_all": "other_items", "other_items": "add_all"}
    assert "shouted" in registry.names("identifier style")


@pytest.mark.usefixtures("own_package")
def test_the_command_of_the_page_shows_the_style(tmp_path: Path) -> None:
    with (tmp_path / "my_styles.py").open("a") as module:
        module.write("\n\ndef kebab(name):\n    return '-'.join(name.words)\n")
    [command] = re.findall(r"^    evalkit (tasks show .* my_styles:shouted)$", PAGE, re.MULTILINE)
    assert "def ADD_MONTHS_NOW(" in CliRunner().invoke(main, command.split()).output
    result = CliRunner().invoke(main, command.replace("shouted", "kebab").split())
    [line] = re.findall(r"`(Identifier style 'my_styles:kebab' .*)`", PAGE)
    assert (result.exit_code, result.stderr) == (2, f"Error: {line}\n")
