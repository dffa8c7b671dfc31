"""`evalkit tasks new`, and a suite of one's own outside of the repository."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from evalkit.cli import main


@pytest.fixture
def evalkit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.chdir(tmp_path)
    return CliRunner()


def run(evalkit: CliRunner, *arguments: str) -> Result:
    return evalkit.invoke(main, arguments)


TRUSTED = ("--sandbox", "subprocess", "--allow-unisolated", "--workers", "1", "--repeats", "1", "--no-mutants")


def test_a_new_task_is_checked_shown_and_run_by_path(evalkit: CliRunner, tmp_path: Path) -> None:
    made = run(evalkit, "tasks", "new", "prices/parse_price")
    assert made.exit_code == 0, made.output
    assert made.stdout.splitlines()[-1] == "Check it: evalkit tasks check prices"
    suite = str(tmp_path / "prices")
    checked = run(evalkit, "tasks", "check", suite, *TRUSTED)
    assert checked.stdout == "1 tasks checked in subprocess: no findings.\n", checked.output
    assert "def parse_price(person_names" in run(evalkit, "tasks", "show", f"{suite}/parse_price").stdout
    options = ("--model", "scripted", "--sandbox", "subprocess", "--allow-unisolated", "--out", "run")
    result = run(evalkit, "run", suite, *options)
    assert result.exit_code == 0, result.output
    assert (tmp_path / "run" / "report.html").exists()


def test_a_name_alone_makes_the_current_folder_a_suite(evalkit: CliRunner, tmp_path: Path) -> None:
    assert run(evalkit, "tasks", "new", "parse_price").stdout.splitlines()[-1] == "Check it: evalkit tasks check ."
    assert "parse_price" in run(evalkit, "tasks", "list", ".").stdout


def test_a_task_that_exists_is_one_line_and_exit_code_2(evalkit: CliRunner) -> None:
    run(evalkit, "tasks", "new", "prices/parse_price")
    again = run(evalkit, "tasks", "new", "prices/parse_price")
    assert (again.exit_code, again.stdout) == (2, "")
    assert again.stderr == "Error: prices/parse_price: exists already; take another name, or remove it\n"
