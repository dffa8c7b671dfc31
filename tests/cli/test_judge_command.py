"""`evalkit judge` as a process: from a file of samples to a report, and what a wrong call says."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from evalkit.results import load

Evalkit = Callable[..., "subprocess.CompletedProcess[str]"]
RULE = ("--sandbox", "evalkit_fakes:RuleSandbox", "--workers", "2")
GOOD = {"task_id": "tiny/double_it", "completion": "    return 2 * start_value\n"}


@pytest.fixture
def evalkit(tmp_path: Path, fakes: Path, monkeypatch: pytest.MonkeyPatch) -> Evalkit:
    """Runs the command to its end in the test's folder."""
    monkeypatch.chdir(tmp_path)
    command = [sys.executable, "-c", "from evalkit.cli import main\nmain()\n"]
    return lambda *arguments: subprocess.run([*command, *map(str, arguments)], capture_output=True, text=True)


def test_from_a_file_to_a_report(evalkit: Evalkit, tiny_suite: Path, tmp_path: Path) -> None:
    (tmp_path / "s.jsonl").write_text(f"{json.dumps(GOOD)}\nnonsense\n")
    done = evalkit("judge", "s.jsonl", "--suite", tiny_suite, *RULE)
    assert done.returncode == 0, done.stderr
    report = Path(done.stdout.splitlines()[-1])
    assert report.is_file()
    assert report.parent.name.endswith("Z-s.jsonl")
    assert "s.jsonl:2: is not JSON" in done.stderr
    assert load(report.parent).samples["model"].unique().tolist() == ["file:s.jsonl"]
    again = evalkit("run", "--resume", report.parent)
    assert again.returncode == 0, again.stderr


def test_a_sandbox_that_fails_leaves_a_run_to_go_on_with(
    evalkit: Evalkit, tiny_suite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "s.jsonl").write_text(f"{json.dumps(GOOD)}\n")
    monkeypatch.setenv("FAKE_SANDBOX_BROKEN", "1")
    done = evalkit("judge", "s.jsonl", "--suite", tiny_suite, "--out", "mine", *RULE)
    assert done.returncode == 3
    assert done.stderr.splitlines()[-1].endswith("Go on with: evalkit run --resume mine")
    monkeypatch.delenv("FAKE_SANDBOX_BROKEN")
    assert evalkit("run", "--resume", "mine").returncode == 0
    assert load(tmp_path / "mine").verdicts["status"].tolist() == ["passed"] * 2


def test_samples_of_a_file_are_judged_as_often_as_asked(evalkit: Evalkit, tiny_suite: Path, tmp_path: Path) -> None:
    (tmp_path / "s.jsonl").write_text(f"{json.dumps(GOOD)}\n")
    done = evalkit("judge", "s.jsonl", "--suite", tiny_suite, "--repeat-verdicts", "3", "--out", "mine", *RULE)
    assert done.returncode == 0, done.stderr
    results = load(tmp_path / "mine")
    assert results.repeats()["repetition"].tolist() == [1, 1, 2, 2]  # two tests, each run twice more
    assert results.repeats()["status"].tolist() == ["passed"] * 4


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("none.jsonl", "--suite", "SUITE"), "none.jsonl: there is no such file or folder of samples."),
        (("none.jsonl",), "Missing option '--suite'"),
        (("none.jsonl", "--suite", "nothing"), "Unknown suite 'nothing'"),
    ],
)
def test_a_wrong_call_is_one_line(evalkit: Evalkit, tiny_suite: Path, arguments: tuple[str, ...], said: str) -> None:
    done = evalkit("judge", *(str(tiny_suite) if each == "SUITE" else each for each in arguments), *RULE)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert said in done.stderr
