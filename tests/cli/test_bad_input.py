"""Every mistake a user can make: one clear line on standard error, exit code 2, and no traceback."""

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from evalkit.cli import main
from evalkit.results import run_directory

Evalkit = Callable[..., Result]
RULE = ("--model", "scripted", "--sandbox", "evalkit_fakes:RuleSandbox")


@pytest.fixture
def evalkit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Evalkit:
    """Runs the command in an empty folder."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return lambda *arguments: CliRunner().invoke(main, [str(argument) for argument in arguments])


def assert_one_line(result: Result, *parts: str) -> None:
    """The result of a mistake; `parts` must be in its line."""
    assert result.exit_code == 2, result.output
    assert isinstance(result.exception, SystemExit)
    lines = result.stderr.splitlines()
    assert lines[-1].startswith("Error: ")
    assert not any("Traceback" in line for line in lines)
    assert len([line for line in lines if line.startswith("Error: ")]) == 1
    for part in parts:
        assert part in lines[-1]


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["run"], ["SUITE is missing"]),
        (["run", "nowhere"], ["Unknown suite 'nowhere'. Available: ", "starter"]),
        (["run", "./nowhere"], ["nowhere: there is no such suite folder"]),
        (["run", "nowhere.yaml"], ["nowhere.yaml: there is no such experiment file"]),
        (
            ["run", "starter", "--identifiers", "snake"],
            ["--identifiers: unknown identifier style 'snake'", "camelCase"],
        ),
        (["run", "starter", "--prompt", "x"], ["--prompt: unknown prompt style 'x'. Available: careful, chat, "]),
        (["run", "starter", "--sandbox", "dokcer"], ["--sandbox: unknown sandbox 'dokcer'", "bubblewrap, docker"]),
        (["run", "starter", "--temperature", "-1"], ["--temperature must be a finite number of at least 0", "-1.0"]),
        (["run", "starter", "--temperature", "nan"], ["--temperature must be a finite number of at least 0", "nan"]),
        (["run", "starter", "--temperature", "inf"], ["--temperature must be a finite number of at least 0", "inf"]),
        (["run", "starter", "--temperature", "hot"], ["'--temperature': 'hot' is not a valid float"]),
        (["run", "starter", "--top-k", "0"], ["--top-k must be a whole number of at least 1, or null, not 0"]),
        (["run", "starter", "--top-p", "0"], ["--top-p must be a number above 0, at most 1, or null, not 0.0"]),
        (["run", "starter", "--top-p", "nan"], ["--top-p must be a number above 0, at most 1, or null, not nan"]),
        (["run", "starter", "--min-p", "1.5"], ["--min-p must be a number from 0 to 1, or null, not 1.5"]),
        (["run", "starter", "--repetition-penalty", "inf"], ["--repetition-penalty must be a finite number above 0"]),
        (["run", "starter", "--samples", "0"], ["--samples must be a whole number of at least 1, not 0"]),
        (["run", "starter", "--samples", "-3"], ["--samples must be a whole number of at least 1, not -3"]),
        (["run", "starter", "--samples", "many"], ["'--samples': 'many' is not a valid integer"]),
        (["run", "starter", "--seed", "-1"], ["--seed must be a whole number from 0"]),
        (["run", "starter", "--dtype", "int3"], ["--dtype must be auto, "]),
        (["run", "starter", "--out", ""], ["--out must be the path of a folder"]),
        (["run", "starter", "--tasks", "prase_*", *RULE], ["No task of 'starter' matches 'prase_*'"]),
        (
            ["run", "starter", "--sandbox", "subprocess", "--model", "scripted"],
            ["isolates nothing", "--allow-unisolated"],
        ),
        (["run", "starter", "--bogus"], ["--bogus", "See 'evalkit run --help'."]),
        (["run", "a", "b"], ["unexpected extra argument"]),
        (["rum"], ["No such command 'rum'"]),
        (["run", "--resume", "nowhere"], ["nowhere does not exist"]),
        (["run", "starter", "--resume", "x", "--samples", "3"], ["leave out --samples, starter"]),
        (["report", "nowhere"], ["nowhere does not exist"]),
        (["tasks", "show", "nothing"], ["Unknown task 'nothing'"]),
        (["tasks", "show", "starter/nothing"], ["Unknown task 'starter/nothing'"]),
        (["tasks", "list", "nowhere"], ["Unknown suite 'nowhere'"]),
        (["tasks", "check", "nowhere"], ["Unknown suite 'nowhere'"]),
    ],
    ids=lambda value: " ".join(value) if value and isinstance(value, list) else None,
)
def test_wrong_arguments(evalkit: Evalkit, arguments: list[str], parts: list[str]) -> None:
    assert_one_line(evalkit(*arguments), *parts)
    assert list(Path.cwd().iterdir()) == []


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        ("suite: starter\nsampels: 3\n", ["experiment.yaml: sampels is not a known key. Allowed: suite, model, "]),
        ("suite: starter\nsamples: [1]\n", ["experiment.yaml: samples must be a whole number"]),
        ("suite: starter\nmodel: [x\n", ["experiment.yaml:3: not valid YAML"]),
        ("", ["experiment.yaml: the file is empty"]),
    ],
)
def test_malformed_experiment_files(evalkit: Evalkit, content: str, parts: list[str]) -> None:
    Path("experiment.yaml").write_text(content)
    assert_one_line(evalkit("run", "experiment.yaml"), *parts)


@pytest.mark.parametrize(
    ("file", "content", "parts"),
    [
        ("suite.yaml", "title: [\n", ["suite.yaml"]),
        ("halve_it/task.yaml", "title: x\n", ["task.yaml", "entry_point"]),
        ("halve_it/tests.py", "def test_x(:\n", ["tests.py:1", "syntax error"]),
        ("halve_it/reference.py", "def halve_it(\n", ["reference.py", "syntax error"]),
    ],
)
def test_malformed_tasks(evalkit: Evalkit, tiny_suite: Path, file: str, content: str, parts: list[str]) -> None:
    (tiny_suite / file).write_text(content)
    for command in (["run", tiny_suite, *RULE], ["tasks", "check", tiny_suite], ["tasks", "list", tiny_suite]):
        assert_one_line(evalkit(*command), *parts)


@pytest.fixture
def finished(evalkit: Evalkit, tiny_suite: Path) -> Path:
    """A small run that is complete."""
    result = evalkit("run", tiny_suite, *RULE, "--samples", "2", "--out", "done")
    assert result.exit_code == 0, result.output
    return Path("done")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("manifest.json", b"{"),
        ("manifest.json", b'{"format": 99}'),
        ("manifest.json", b'{"format": 2, "unit_size": 32, "tasks": {}, "config": {"suite": 3}}'),
        ("manifest.json", b'{"format": 2, "unit_size": 32, "tasks": {}}'),
        ("verdicts-00000.parquet", b"not a table"),
    ],
)
def test_unreadable_run_directories(evalkit: Evalkit, finished: Path, name: str, content: bytes) -> None:
    (finished / name).write_bytes(content)
    assert_one_line(evalkit("run", "--resume", finished), name)


def test_an_existing_run_is_never_overwritten(evalkit: Evalkit, finished: Path, tiny_suite: Path) -> None:
    before = {path: path.read_bytes() for path in finished.iterdir()}
    assert_one_line(evalkit("run", tiny_suite, *RULE, "--out", finished), "done already exists", "--resume done")
    assert {path: path.read_bytes() for path in finished.iterdir()} == before


def test_out_that_is_a_file(evalkit: Evalkit, tiny_suite: Path) -> None:
    Path("file").write_text("mine")
    assert_one_line(evalkit("run", tiny_suite, *RULE, "--out", "file"), "file is a file")


def test_resuming_a_run_whose_suite_is_gone(evalkit: Evalkit, finished: Path, tiny_suite: Path) -> None:
    shutil.rmtree(tiny_suite)
    assert_one_line(evalkit("run", "--resume", finished), "there is no such suite folder")


def test_a_full_disk(evalkit: Evalkit, tiny_suite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    genuine = run_directory.write_atomically

    def full(path: Path, data: bytes) -> None:
        if path.name.startswith("verdicts"):
            raise OSError(errno.ENOSPC, "No space left on device")
        genuine(path, data)

    monkeypatch.setattr(run_directory, "write_atomically", full)
    result = evalkit("run", tiny_suite, *RULE, "--out", "run")
    assert_one_line(result, "No space left", "evalkit run --resume run")
    monkeypatch.setattr(run_directory, "write_atomically", genuine)
    assert evalkit("run", "--resume", "run").exit_code == 0


def test_no_engine(evalkit: Evalkit, tmp_path: Path) -> None:
    # In a process of its own: the docker package leaves the socket that could not connect to the garbage collector.
    command = [sys.executable, "-c", "from evalkit.cli import main; main()", "run", "starter", "--sandbox", "docker"]
    environment = {**os.environ, "DOCKER_HOST": f"unix://{tmp_path}/nobody.sock"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith("Error: No Docker engine answers (")
    assert len(done.stderr.splitlines()) == 1
    assert list(Path.cwd().iterdir()) == []


@pytest.mark.docker
def test_a_missing_image(evalkit: Evalkit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evalkit.sandboxes.docker.image_name", lambda: "evalkit-sandbox:none")
    result = evalkit("run", "starter", "--model", "scripted", "--sandbox", "docker")
    assert_one_line(result, "The sandbox image evalkit-sandbox:none is missing", "evalkit sandbox build")


def test_unknown_models(evalkit: Evalkit, tiny_suite: Path) -> None:
    for name in ("./nothing.gguf", "smollm3"):
        result = evalkit("run", tiny_suite, "--model", name, "--sandbox", "evalkit_fakes:RuleSandbox")
        assert_one_line(result, name.removeprefix("./"))


def test_bugs_keep_their_traceback(evalkit: Evalkit, monkeypatch: pytest.MonkeyPatch) -> None:
    def buggy(name: str) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("evalkit.suites.load_suite", buggy)
    assert isinstance(evalkit("tasks", "list", "starter").exception, ZeroDivisionError)
