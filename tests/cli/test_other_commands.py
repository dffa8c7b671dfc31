"""The commands around a run: tasks, models, sandbox, report."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from evalkit.cli import main
from evalkit.suites import suite_names

Evalkit = Callable[..., Result]


@pytest.fixture
def evalkit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Evalkit:
    """Runs the command in the test's folder."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_list_names_every_packaged_suite_and_task(evalkit: Evalkit) -> None:
    output = evalkit("tasks", "list").output
    assert all(f"{name}: " in output for name in suite_names())
    assert "starter/parse_duration" in output


def test_list_shows_a_suite_of_ones_own(evalkit: Evalkit, tiny_suite: Path) -> None:
    assert evalkit("tasks", "list", tiny_suite).output.splitlines() == [
        "tiny: Tiny (2 tasks)",
        "  tiny/double_it  double_it",
        "  tiny/halve_it   halve_it",
    ]


def test_show_renames_and_styles_the_prompt(evalkit: Evalkit, tiny_suite: Path) -> None:
    result = evalkit("tasks", "show", f"{tiny_suite}/halve_it", "--identifiers", "camelCase", "--prompt", "chat")
    assert "def halveIt(startValue):" in result.output
    assert "[the answer begins with]" in result.output
    assert "  changes  implied  1 test    Other numbers change." in result.output
    assert "assert halveIt(2) in (1, 4)" in result.output


def test_show_finds_a_packaged_task_by_its_short_name(evalkit: Evalkit) -> None:
    short, full = evalkit("tasks", "show", "parse_duration"), evalkit("tasks", "show", "starter/parse_duration")
    assert short.exit_code == 0
    assert short.output == full.output


def test_check_of_good_tasks_finds_nothing(evalkit: Evalkit, tiny_suite: Path) -> None:
    options = ("--sandbox", "subprocess", "--allow-unisolated", "--workers", 2, "--no-mutants")
    result = evalkit("tasks", "check", tiny_suite, *options)
    assert result.exit_code == 0, result.output
    assert result.stdout == "2 tasks checked in subprocess: no findings.\n"


def test_check_gives_hints_that_are_no_findings(evalkit: Evalkit, tiny_suite: Path) -> None:
    result = evalkit("tasks", "check", tiny_suite, "--sandbox", "subprocess", "--allow-unisolated", "--workers", 2)
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        "hint: tiny/double_it: no test notices in line 2 of the reference: start_value * 2 -> start_value // 2",
        "hint: tiny/halve_it: no test notices in line 2 of the reference: start_value * 0.5 -> start_value // 0.5",
        "2 tasks checked in subprocess: no findings.",
    ]


def test_check_takes_identifier_styles_too(evalkit: Evalkit, tiny_suite: Path) -> None:
    options = ("--sandbox", "subprocess", "--allow-unisolated", "--no-mutants", "--repeats", 1)
    result = evalkit("tasks", "check", tiny_suite, "--identifiers", "camelCase,as_written,opaque", *options)
    assert "6 tasks checked in subprocess: " in result.stdout
    told = [line.partition(": ")[0] for line in result.stderr.splitlines() if line.startswith("[")]
    assert told[:3] == ["[1/6] tiny/double_it", "[2/6] tiny/double_it in camelCase", "[3/6] tiny/double_it in opaque"]
    result = evalkit("tasks", "check", tiny_suite, "--identifiers", "kebab", *options)
    assert result.exit_code == 2 and "Unknown identifier style 'kebab'" in result.stderr


def test_check_of_bad_tasks_prints_the_findings(evalkit: Evalkit, tiny_suite: Path) -> None:
    # The stand-in lets known-wrong solutions fail the shown example too, which they must pass.
    result = evalkit("tasks", "check", tiny_suite, "--sandbox", "evalkit_fakes:RuleSandbox", "--workers", 2)
    assert result.exit_code == 1
    findings = result.stdout.splitlines()
    assert len(findings) == 5
    assert "tiny/double_it: the known-wrong 'same' does not pass the example test_zero" in findings[0]
    assert findings[-1] == "2 tasks checked in rule: 4 findings."


def test_a_sandbox_that_breaks_during_a_check_is_no_finding(
    evalkit: Evalkit, tiny_suite: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_SANDBOX_BROKEN", "1")
    result = evalkit("tasks", "check", tiny_suite, "--sandbox", "evalkit_fakes:RuleSandbox")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "the engine went away" in result.stderr


def test_models_list_says_how_to_get_what_is_not_here(
    evalkit: Evalkit, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("EVALKIT_CACHE", str(tmp_path / "cache"))
    [line] = evalkit("models", "list").output.splitlines()
    assert line.startswith("smollm2-135m-instruct: ")
    assert line.endswith("evalkit models fetch smollm2-135m-instruct")


def test_models_fetch_prints_the_folder_last(evalkit: Evalkit, monkeypatch: pytest.MonkeyPatch) -> None:
    def fetch(name: str, say: Callable[[str], None]) -> Path:
        say(f"Downloading {name}")
        return Path("/somewhere") / name

    monkeypatch.setattr("evalkit.models.fetch_model", fetch)
    result = evalkit("models", "fetch", "small")
    assert (result.stdout, result.stderr) == ("/somewhere/small\n", "Downloading small\n")


def test_models_fetch_of_an_unknown_name(evalkit: Evalkit) -> None:
    result = evalkit("models", "fetch", "nothing")
    assert result.exit_code == 2
    assert "smollm2-135m-instruct" in result.stderr


@pytest.mark.parametrize(("held", "code"), [((True, True), 0), ((True, False), 1)])
def test_sandbox_check_says_what_held(
    evalkit: Evalkit, monkeypatch: pytest.MonkeyPatch, held: tuple[bool, ...], code: int
) -> None:
    from evalkit.sandboxes.check import Finding

    def attack(sandbox: object) -> Iterator[Finding]:
        yield from (Finding("network", "connects", each, "detail") for each in held)

    monkeypatch.setattr("evalkit.sandboxes.check.check_sandbox", attack)
    result = evalkit("sandbox", "check", "--sandbox", "evalkit_fakes:RuleSandbox")
    assert result.exit_code == code
    assert result.stdout.splitlines()[-1] == f"rule: {sum(held)} of 2 attacks held off."
    assert ("BROKEN  network: connects (detail)" in result.stdout) == (not all(held))


def test_sandbox_build_prints_the_image_last(evalkit: Evalkit, monkeypatch: pytest.MonkeyPatch) -> None:
    def build(from_image: str | None, name: str | None, say: Callable[[str], None]) -> str:
        say(f"Building on {from_image}")
        return name or "default"

    monkeypatch.setattr("evalkit.sandboxes.image.build_image", build)
    result = evalkit("sandbox", "build", "--from-image", "python:3.12-slim", "--name", "mine:1")
    assert (result.stdout, result.stderr) == ("mine:1\n", "Building on python:3.12-slim\n")


def test_report_is_written_beside_the_run_or_elsewhere(evalkit: Evalkit, tiny_suite: Path, tmp_path: Path) -> None:
    grid = ("--model", "scripted", "--sandbox", "evalkit_fakes:RuleSandbox", "--out", "run")
    assert evalkit("run", tiny_suite, *grid).exit_code == 0
    (tmp_path / "run" / "report.html").unlink()
    assert evalkit("report", "run").output.splitlines()[-1] == "run/report.html"
    assert evalkit("report", "run", "--out", "elsewhere").output.splitlines()[-1] == "elsewhere/report.html"
    assert (tmp_path / "run" / "report.html").read_bytes() == (tmp_path / "elsewhere" / "report.html").read_bytes()


def test_version(evalkit: Evalkit) -> None:
    assert evalkit("--version").output.startswith("evalkit 0.")
