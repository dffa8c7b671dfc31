"""--cpu-floor, --cpu-factor and --runtime: refused when wrong, kept, and used by every command that judges."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from evalkit.cli import main
from evalkit.results.manifest import read_manifest

Invoke = Callable[..., Result]
SLOW = """from evalkit_fakes import RuleSandbox
from evalkit.types import Outcome, Status

class SlowSandbox(RuleSandbox):
    def judge(self, job):
        late = Status.PASSED if job.limits.cpu_seconds >= 7 else Status.TIMEOUT
        right = super().judge(job)
        return tuple(Outcome(each.test, late if each.status is Status.PASSED else each.status, "", 7) for each in right)
"""


@pytest.fixture
def invoke(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Invoke:
    """Runs a command in the test's folder, where slow.SlowSandbox gives every right solution seven seconds of work."""
    (tmp_path / "slow.py").write_text(SLOW)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    return lambda *arguments: CliRunner().invoke(main, [str(each) for each in arguments])


@pytest.mark.parametrize("command", [("run",), ("judge", "s.jsonl", "--suite"), ("tasks", "check")])
@pytest.mark.parametrize(
    "wrong", [("--cpu-floor", "0"), ("--cpu-floor", "nan"), ("--cpu-factor", "-1"), ("--cpu-factor", "inf")]
)
def test_a_wrong_number_is_refused(
    invoke: Invoke, tiny_suite: Path, command: tuple[str, ...], wrong: tuple[str, str]
) -> None:
    done = invoke(*command, tiny_suite, *wrong)
    assert done.exit_code == 2
    assert f"Invalid value for '{wrong[0]}'" in done.output


def test_judge_keeps_them_in_the_manifest(invoke: Invoke, tiny_suite: Path, tmp_path: Path) -> None:
    (tmp_path / "s.jsonl").write_text(json.dumps({"task_id": "tiny/double_it", "completion": "    return 0\n"}) + "\n")
    done = invoke(
        "judge", "s.jsonl", "--suite", tiny_suite, "--sandbox", "evalkit_fakes:RuleSandbox", "--out", "out",
        "--cpu-floor", "9", "--cpu-factor", "0",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    config = read_manifest(tmp_path / "out")["config"]
    assert (config["cpu_floor"], config["cpu_factor"]) == (9.0, 0.0)


def test_checking_tasks_gives_a_slow_reference_its_time(invoke: Invoke, tiny_suite: Path) -> None:
    """What the stand-in finds in the known-wrong solutions is not looked at here."""
    said = "the reference does not pass test_zero (requirement 'zero'): timeout"
    check = ("tasks", "check", tiny_suite, "--sandbox", "slow:SlowSandbox")
    done = invoke(*check)
    assert "2 tasks checked" in done.output and said not in done.output
    assert said in invoke(*check, "--cpu-factor", "0").output


@pytest.mark.parametrize("command", [("run",), ("run", "--dry-run"), ("tasks", "check")])
def test_a_runtime_needs_containers(invoke: Invoke, tiny_suite: Path, command: tuple[str, ...]) -> None:
    done = invoke(*command, tiny_suite, "--runtime", "runsc", "--sandbox", "bubblewrap")
    assert "The runtime 'runsc' is for containers" in f"{done.output}{done.exception}"
    assert done.exit_code != 0
