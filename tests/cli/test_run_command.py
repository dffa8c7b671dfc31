"""`evalkit run` as a process: what it prints, how it ends, and that kills and interrupts lose nothing."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from evalkit.results import load

SLOW = """
from evalkit.models import scripted

scripted.ScriptedModel.__init__.__kwdefaults__ = {"delay": 0.02}  # seconds per sample
"""
MAIN = "from evalkit.cli import main\nmain()\n"
GRID = [
    "--model",
    "scripted",
    "--sandbox",
    "evalkit_fakes:RuleSandbox",
    "--workers",
    "2",
    "--seed",
    "3",
    "--temperature",
    "0.2,0.8",
    "--identifiers",
    "snake_case",
    "--identifiers",
    "camelCase",
]

Evalkit = Callable[..., "subprocess.CompletedProcess[str]"]


def command(arguments: Sequence[object], prelude: str = "") -> list[str]:
    return [sys.executable, "-c", prelude + MAIN, *map(str, arguments)]


@pytest.fixture
def evalkit(tmp_path: Path, fakes: Path, monkeypatch: pytest.MonkeyPatch) -> Evalkit:
    """Runs the command to its end in the test's folder."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: subprocess.run(command(arguments), capture_output=True, text=True)


def begun(arguments: Sequence[object], enough: Callable[[], bool]) -> "subprocess.Popen[str]":
    """A slow run that has come as far as `enough` says."""
    process = subprocess.Popen(command(arguments, SLOW), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not enough():
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    return process


def shards(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.parquet"))}


def test_the_last_line_of_standard_output_is_the_reports_path(evalkit: Evalkit, tiny_suite: Path) -> None:
    done = evalkit("run", tiny_suite, *GRID, "--samples", 4)
    assert done.returncode == 0, done.stderr
    report = Path(done.stdout.splitlines()[-1])
    assert report.is_file()
    assert report.parent.parent == Path("runs")
    assert report.parent.name.endswith("Z-tiny")
    assert "Sandbox: rule, 2 workers." in done.stderr
    assert "32/32 drawn, 32/32 judged" in done.stderr.splitlines()[-1]
    assert "\x1b" not in done.stdout + done.stderr  # not a terminal: plain lines


@pytest.mark.parametrize("style", ["plain", "chat"])
def test_scripted_answers_get_the_verdicts_they_deserve(
    evalkit: Evalkit, tiny_suite: Path, style: str, tmp_path: Path
) -> None:
    done = evalkit("run", tiny_suite, *GRID, "--samples", 8, "--prompt", style, "--out", "run")
    assert done.returncode == 0, done.stderr
    results = load(tmp_path / "run")
    deserved = {
        status: {sample_of(row) for row in results.samples.itertuples() if belongs(str(row.completion))}
        for status, belongs in DESERVED.items()
    }
    found = {
        status: {sample_of(row) for row in results.verdicts.itertuples() if row.status == status} for status in DESERVED
    }
    assert all(deserved.values())
    assert found == deserved


DESERVED = {
    "passed": lambda text: "def " in text and "# wrong" not in text,
    "failed": lambda text: "# wrong" in text,
    "no_solution": lambda text: "def " not in text,
}


def sample_of(row: Any) -> tuple[object, ...]:
    return row.task_id, row.temperature, row.identifiers, row.index


@pytest.mark.slow
def test_a_killed_run_that_is_resumed_gives_the_same_bytes(evalkit: Evalkit, tiny_suite: Path, tmp_path: Path) -> None:
    experiment = tmp_path / "experiment.yaml"
    experiment.write_text(f"suite: {tiny_suite}\nunit_size: 6\nsamples: 8\n")
    assert evalkit("run", experiment, *GRID, "--out", "whole").returncode == 0
    cut = tmp_path / "cut"
    for done in (1, 5):
        arguments = ["run", "--resume", cut] if cut.exists() else ["run", experiment, *GRID, "--out", cut]
        process = begun(arguments, lambda done=done: len(list(cut.glob("samples-*"))) >= done)  # type: ignore[misc]  # a default binds it
        process.kill()
        process.communicate()
        assert len(shards(cut)) < len(shards(tmp_path / "whole"))
    resumed = evalkit("run", "--resume", cut)
    assert resumed.returncode == 0, resumed.stderr
    assert shards(cut) == shards(tmp_path / "whole")
    assert (cut / "report.md").read_text().splitlines()[:5] == (
        tmp_path / "whole" / "report.md"
    ).read_text().splitlines()[:5]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_in_good_order(
    evalkit: Evalkit, tiny_suite: Path, tmp_path: Path, number: signal.Signals
) -> None:
    cut = tmp_path / "cut"
    process = begun(["run", tiny_suite, *GRID, "--samples", 12, "--out", cut], lambda: any(cut.glob("samples-*")))
    process.send_signal(number)
    output, errors = process.communicate()
    assert (process.returncode, output) == (130, "")
    assert errors.splitlines()[-1] == f"Interrupted. Go on with: evalkit run --resume {cut}"
    assert "Traceback" not in errors
    assert evalkit("run", "--resume", cut).returncode == 0


def test_a_second_interrupt_ends_at_once(
    fakes: Path, tiny_suite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_SANDBOX_DELAY", "3600")
    cut = tmp_path / "cut"
    process = begun(["run", tiny_suite, *GRID, "--out", cut], lambda: any(cut.glob("samples-*")))
    while process.poll() is None:  # two signals that are sent too soon after each other arrive as one
        process.send_signal(signal.SIGINT)
        time.sleep(0.1)
    process.communicate()
    assert process.returncode == 130


def test_a_failing_sandbox_leaves_the_run_incomplete(
    evalkit: Evalkit, tiny_suite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert evalkit("run", tiny_suite, *GRID, "--out", "whole").returncode == 0
    monkeypatch.setenv("FAKE_SANDBOX_BROKEN", "1")
    done = evalkit("run", tiny_suite, *GRID, "--out", "cut")
    assert done.returncode == 3
    last = done.stderr.splitlines()[-1]
    assert last.startswith("Incomplete: The sandbox failed 5 times in a row: the engine went away")
    assert last.endswith("Go on with: evalkit run --resume cut")
    monkeypatch.delenv("FAKE_SANDBOX_BROKEN")
    assert evalkit("run", "--resume", "cut").returncode == 0
    assert shards(tmp_path / "cut") == shards(tmp_path / "whole")


def test_resuming_works_from_another_folder(
    evalkit: Evalkit, tiny_suite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert evalkit("run", "tiny", *GRID, "--samples", 1, "--out", "run").returncode == 0
    (tmp_path / "run" / "verdicts-00000.parquet").unlink()
    monkeypatch.chdir("/")
    done = evalkit("run", "--resume", tmp_path / "run")
    assert done.returncode == 0, done.stderr


def test_a_dry_run_prints_the_plan_and_does_nothing(evalkit: Evalkit, tiny_suite: Path, tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    done = evalkit("run", tiny_suite, *GRID, "--samples", 4, "--max-new-tokens", 100, "--dry-run")
    assert done.returncode == 0, done.stderr
    text = done.stdout
    for part in ("2 tasks", "4 cells", "Samples: 32 = ", "3,200", "RuleSandbox", "model=scripted|temperature=0.2"):
        assert part in text
    assert sorted(tmp_path.iterdir()) == before


def test_a_dry_run_loads_no_model(tiny_suite: Path, fakes: Path) -> None:
    code = (
        "import sys\nfrom evalkit.cli import main\n"
        f"arguments = ['run', {str(tiny_suite)!r}, '--sandbox', 'evalkit_fakes:RuleSandbox', '--dry-run']\n"
        "main(arguments, standalone_mode=False)\n"
        "print('torch' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=os.environ)
    assert done.stdout.splitlines()[-1] == "False", done.stderr
