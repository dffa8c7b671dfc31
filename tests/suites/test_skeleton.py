"""A new task checks as it is, and the suite around it takes it in."""

from pathlib import Path

import pytest
from trusted_sandbox import TrustedSandbox

from evalkit.errors import TaskError
from evalkit.suites import load_suite
from evalkit.suites.check import check_task
from evalkit.suites.skeleton import make_task


def names(suite: Path) -> list[str]:
    return [task.id.rpartition("/")[2] for task in load_suite(str(suite)).tasks]


def test_a_new_task_is_green_and_the_file_list_is_complete(tmp_path: Path) -> None:
    written = make_task(tmp_path / "prices" / "parse_price")
    assert sorted(written) == sorted(path for path in tmp_path.rglob("*") if path.is_file())
    suite = load_suite(str(tmp_path / "prices"))
    (task,) = suite.tasks
    assert (suite.title, task.title, task.entry_point) == ("Prices", "Parse price", "parse_price")
    assert check_task(task, TrustedSandbox()) == ()


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ("tasks:\n  - halve  # the first\n", "tasks:\n  - halve  # the first\n  - other\n"),
        ("tasks:\n- halve", "tasks:\n- halve\n- other"),
        ("tasks: [halve]  # all\n", "tasks: [halve, other]  # all\n"),
        ("tasks: [\n  halve,\n]\n", "tasks: [\n  halve,\nother]\n"),
        ("tasks: []\n", "tasks: [other]\n"),
        ("tasks: [halve, other]\n", "tasks: [halve, other]\n"),
    ],
)
def test_the_rest_of_the_suite_file_stays(suite_folder: Path, listed: str, expected: str) -> None:
    path = suite_folder / "suite.yaml"
    path.write_text(f"# mine\n{listed}title: Small\n" if listed.endswith("\n") else f"# mine\ntitle: Small\n{listed}")
    make_task(suite_folder / "other")
    text = path.read_text()
    assert text.replace("title: Small\n", "") == f"# mine\n{expected}"
    if "halve" in listed:
        assert names(suite_folder) == ["halve", "other"]


@pytest.mark.parametrize("name", ["on", "null", "second-one", "Parse2"])
def test_names_that_yaml_or_python_read_otherwise(tmp_path: Path, name: str) -> None:
    make_task(tmp_path / "my: suite" / name)
    assert names(tmp_path / "my: suite") == [name]
    (task,) = load_suite(str(tmp_path / "my: suite")).tasks
    assert check_task(task, TrustedSandbox()) == ()


@pytest.mark.parametrize("name", ["class", "1st", "two words", "_private", "größe"])
def test_a_name_that_no_function_can_have_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(TaskError, match="cannot be the name of a function"):
        make_task(tmp_path / "suite" / name)
    assert not any(tmp_path.iterdir())


def test_nothing_is_overwritten(suite_folder: Path) -> None:
    before = {path: path.read_bytes() for path in suite_folder.rglob("*") if path.is_file()}
    with pytest.raises(TaskError, match=r"halve: exists already"):
        make_task(suite_folder / "halve")
    assert {path: path.read_bytes() for path in suite_folder.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("text", ["title: x\n", "title: x\ntasks: halve\n", "- x\n", "title: [\n"])
def test_a_suite_file_without_a_list_is_named_and_stays(tmp_path: Path, text: str) -> None:
    (tmp_path / "suite.yaml").write_text(text)
    with pytest.raises(TaskError, match=r"suite\.yaml:\d: "):
        make_task(tmp_path / "other")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["suite.yaml"]
