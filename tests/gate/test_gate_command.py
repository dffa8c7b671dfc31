"""The gate from the command line: outcomes and their exit codes, alarms, and what CI servers are given."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result

from evalkit.cli import main
from evalkit.gate.github import command

MakeRun = Callable[..., Path]
CONFIG = {"samples": 5, "temperature": [0.8]}
LETTERS = {"P": "PPP", "F": "PPF", "U": "UUU"}


@pytest.fixture(autouse=True)
def no_job(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests may themselves run in a job whose summary is not theirs."""
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)


def attempts(tasks: str, samples: int = 5, **common: object) -> list[dict[str, Any]]:
    """One task for each letter, all of whose samples end alike."""
    rows = ({"task": f"t{at}", "tests": LETTERS[letter]} for at, letter in enumerate(tasks))
    return [{**row, **common} for row in rows for _ in range(samples)]


@pytest.fixture
def gate(make_run: MakeRun, tmp_path: Path) -> Callable[..., Result]:
    """gate(attempts of the baseline, attempts of the run, options, changes of the run's manifest)."""

    def run(before: list, after: list, *options: object, **manifest: object) -> Result:
        path = tmp_path / "baseline.json"
        common = {"config": CONFIG} | manifest.pop("common", {})
        made = CliRunner().invoke(main, ["baseline", str(make_run(before, **common)), "-o", str(path)])
        assert made.exit_code == 0, made.output
        held = make_run(after, **(common | manifest))
        return CliRunner().invoke(main, ["gate", str(held), "--baseline", str(path), *map(str, options)])

    return run


@pytest.mark.parametrize(
    ("before", "after", "options", "code"),
    [
        ("PPPPF", "PPPPF", (), 0),
        ("PPPPF", "FFFFF", (), 1),
        ("PPPPF", "FFFFF", ("--max-drop", "2pp"), 1),
        ("PPPPF", "FFFFF", ("--max-drop", "90%"), 3),
        ("PPPPF", "FFFFF", ("--exit-regression", 7), 7),
        ("PPPPF", "PPPPF", ("--exit-fine", 9), 9),
    ],
)
def test_outcomes_have_exit_codes(gate: Any, before: str, after: str, options: tuple, code: int) -> None:
    assert gate(attempts(before), attempts(after), *options).exit_code == code


def test_inconclusive_says_what_would_settle_it(gate: Any) -> None:
    before = attempts("PPFFP", 2)
    after = [*attempts("PPFFP", 2)[:-1], {"task": "t4", "tests": "PPF"}]
    result = gate(before, after)
    assert result.exit_code == 3
    assert "inconclusive: pass@1 60 % -> 50 %, -10.0 pp" in result.stdout
    assert "to settle it, if the difference stays as it is: about " in result.stdout
    assert gate(before, after, "--exit-inconclusive", 0).exit_code == 0
    assert gate(attempts("P", 1), attempts("F", 1)).stdout.count("a single task does not settle it") == 1


def test_new_unscored_samples_fail(gate: Any) -> None:
    result = gate(attempts("PPPPP"), attempts("PPPPU"))
    assert result.exit_code == 1
    assert "alarm: 5 of 25 samples are unscored (0 of 25 in the baseline)" in result.stdout
    assert gate(attempts("PPPPU"), attempts("PPPPU")).exit_code == 0  # not new
    nothing = gate(attempts("PP"), attempts("UU"))
    assert nothing.exit_code == 1 and "no scored samples" in nothing.stdout and "nan" not in nothing.stdout


def test_new_extraction_alarms_fail(gate: Any) -> None:
    without = [{"task": "t9", "tests": "NNN", "code": None}] * 5
    result = gate(attempts("P" * 9) + attempts("F", 5, task="t9"), attempts("P" * 9) + without)
    assert (result.exit_code, "alarm: " in result.stdout) == (0, False)  # a tenth is not yet unusual
    before, after = attempts("PPPPF"), attempts("PPPPF")[:-5] + [{**row, "task": "t4"} for row in without]
    result = gate(before, after)
    assert result.exit_code == 1
    assert "alarm: 5 of 25 completions of tiny with prompt plain hold no code" in result.stdout
    assert gate(after, after).exit_code == 0


def test_a_task_that_the_run_lacks_is_an_alarm(gate: Any) -> None:
    result = gate(attempts("PPPPP"), attempts("PPPP"))
    assert result.exit_code == 1
    assert "alarm: The run lacks what the baseline has: t4 (tiny, temperature 0.8, snake_case, plain)." in result.stdout
    result = gate(attempts("PPPPP"), attempts("PPPPP"), plan={"samples": 26, "units": 1})
    assert result.exit_code == 1
    assert "alarm: The run is incomplete: 25 of 26 planned samples are there" in result.stdout


def test_each_metric_and_group_is_a_check_of_its_own(gate: Any) -> None:
    cold, warm = {"temperature": 0.2}, {"temperature": 0.8}
    before = attempts("PPPPP", **cold) + attempts("PPPPP", **warm)
    after = attempts("PPPPP", **cold) + attempts("FFFFF", **warm)
    metrics = ("--metric", "pass@1", "--metric", "pass^5", "--metric", "requirements")
    result = gate(before, after, *metrics, "--by", "temperature", "--json")
    data = json.loads(result.stdout)
    found = {(each["metric"], each["group"]): each["outcome"] for each in data["checks"]}
    assert len(found) == 6 and result.exit_code == 1
    assert {found["pass@1", "temperature 0.2"], found["pass^5", "temperature 0.2"]} == {"fine"}
    assert {found["pass@1", "temperature 0.8"], found["pass^5", "temperature 0.8"]} == {"regression"}
    [requirements] = [each for each in data["checks"] if each["metric"] == "requirements" and each["after"] < 1]
    assert (requirements["before"], requirements["after"]) == (1.0, 0.5)  # one of two requirements is broken
    assert {row["task_id"]: row["lost"] for row in data["tasks"]} == {f"t{at}": False for at in range(5)}


def test_a_cell_that_the_baseline_lacks_is_told(gate: Any) -> None:
    result = gate(attempts("PP"), attempts("PP") + attempts("FF", temperature=0.2))
    assert result.exit_code == 0
    assert "1 cell of the run not held: the baseline has none such" in result.stdout


def test_a_baseline_of_another_suite_is_refused(gate: Any) -> None:
    other = {"suite": {"name": "large", "title": "", "hash": "1e"}}
    result = gate(attempts("PP"), attempts("PP"), **other)
    assert (result.exit_code, result.stdout) == (2, "")
    [line] = result.stderr.splitlines()
    assert "suite.name: small against large; suite.hash: 0f against 1e" in line and "--allow suite" in line
    allowed = gate(attempts("PP"), attempts("PP"), "--allow", "suite", **other)
    assert allowed.exit_code == 0 and "not equal, but allowed: suite.name" in allowed.stdout
    changed = {"t0": {"hash": "0f", "requirements": []}, "t1": {"hash": "new", "requirements": []}}
    partly = gate(attempts("PP"), attempts("PP"), "--allow", "suite", tasks=changed, **other)
    assert partly.exit_code == 0 and "1 task left out: not the same in the run's suite" in partly.stdout
    changed = {"t0": {"hash": "new", "requirements": []}, "t1": {"hash": "new", "requirements": []}}
    nothing = gate(attempts("PP"), attempts("PP"), "--allow", "suite", tasks=changed, **other)
    assert nothing.exit_code == 2 and "no task and cell in common" in nothing.stderr


def test_other_sampling_is_refused_and_another_prompt_is_told(gate: Any) -> None:
    result = gate(attempts("PP"), attempts("PP"), config={**CONFIG, "top_k": 5})
    assert result.exit_code == 2 and "top_k: none against 5" in result.stderr
    result = gate(attempts("PPPPP"), attempts("FFFFF", prompt="terse"))
    assert result.exit_code == 1 and "changed: prompt: plain -> terse" in result.stdout


def test_wrong_use_is_one_line(gate: Any) -> None:
    for options, told in (
        (("--max-drop", "a lot"), "'a lot' is not a share such as 2pp"),
        (("--metric", "pass@0"), "Unknown metric 'pass@0'"),
        (("--metric", "pass@9"), "has enough scored samples for pass@9"),
        (("--false-alarms", "60%"), "--false-alarms must be above 0 and below 50%"),
    ):
        result = gate(attempts("PP"), attempts("PP"), *options)
        assert result.exit_code == 2 and told in result.stderr and len(result.stderr.splitlines()) == 1
    assert "holds no samples yet" in gate(attempts("PP"), []).stderr


def test_junit_has_a_case_per_task_and_failures_name_requirements(gate: Any, tmp_path: Path) -> None:
    path = tmp_path / "out" / "junit.xml"
    assert gate(attempts("PPPPPF"), attempts("FFFFPF"), "--junit", path).exit_code == 1
    root = ET.parse(path).getroot()
    checks, tasks = root
    assert [checks.get("failures"), checks.get("tests"), tasks.get("failures"), tasks.get("tests")] == [
        "1",
        "1",
        "4",
        "6",
    ]
    cases = {case.get("name"): case for case in tasks}
    failure = cases["t0"].find("failure")
    assert failure is not None
    assert failure.get("message") == (
        "passes 0 of 5, in the baseline 5 of 5; broke guards in 5 of 5 (0 of 5 in the baseline)"
    )
    assert cases["t4"].find("failure") is None
    assert cases["t5"].find("failure") is None  # it failed before
    assert "broken by any sample: guards" in str(cases["t5"].findtext("system-out"))


CHILDREN = {
    "testsuites": {"testsuite"},
    "testsuite": {"testcase"},
    "testcase": {"failure", "skipped", "system-out"},
}
# attribute sets in the schema of Jenkins' xUnit plugin (junit-10): what each element must and may have
ATTRIBUTES = {
    "testsuites": (set(), {"name"}),
    "testsuite": ({"name", "tests", "failures", "errors"}, {"skipped", "time"}),
    "testcase": ({"name"}, {"classname", "time"}),
    "failure": (set(), {"type", "message"}),
    "skipped": (set(), {"type", "message"}),
    "system-out": (set(), set()),
}


@pytest.mark.parametrize(("before", "after"), [("PPPPPF", "FFFFPU"), ("PF", "PF"), ("P", "F")])
def test_junit_has_the_form_that_the_schema_asks_for(gate: Any, tmp_path: Path, before: str, after: str) -> None:
    path = tmp_path / "junit.xml"
    gate(attempts(before), attempts(after), "--junit", path, "--metric", "pass@1", "--metric", "requirements")
    root = ET.parse(path).getroot()
    assert root.tag == "testsuites"
    for element in root.iter():
        needed, allowed = ATTRIBUTES[element.tag]
        assert needed <= set(element.keys()) <= needed | allowed
        assert {child.tag for child in element} <= CHILDREN.get(element.tag, set())
    for suite in root:
        assert suite.get("tests") == str(len(suite))
        for count, tag in (("failures", "failure"), ("skipped", "skipped")):
            assert suite.get(count) == str(sum(case.find(tag) is not None for case in suite))
        assert all(len(case) <= 2 for case in suite)


def test_junit_survives_names_that_xml_cannot_hold(gate: Any, tmp_path: Path) -> None:
    path, hostile = tmp_path / "junit.xml", 'a<b>&"\x00\x1b\ufffe'
    rows = [{"task": hostile, "tests": "PPP"}] * 5
    assert gate(rows, rows, "--junit", path).exit_code == 0
    [case] = ET.parse(path).getroot()[1]
    assert str(case.get("name")).startswith('a<b>&"')


def test_github_is_told_only_when_asked_or_inside_a_job(
    gate: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, after = attempts("PPPPP"), attempts("FFFFF")
    assert "::" not in gate(before, after).stdout
    lines = gate(before, after, "--github").stdout.splitlines()
    assert any(line.startswith("::error title=evalkit gate%3A regression::pass@1 100 %25 -> 0 %25") for line in lines)
    assert sum(line.startswith("::warning title=t") for line in lines) == 5
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    assert "::error" in gate(before, after).stdout
    assert summary.read_text().startswith("before\n<!-- evalkit-gate -->\n\n### evalkit gate: regression")
    as_json = gate(before, after, "--json")
    assert json.loads(as_json.stdout)["outcome"] == "regression" and "::error" in as_json.stderr


def test_workflow_commands_cannot_be_forged() -> None:
    line = command("error", "100%\r\n::set-output::x", title="t,file=/etc/passwd:1\n::")
    assert line == ("::error title=t%2Cfile=/etc/passwd%3A1%0A%3A%3A::100%25⟨U+000D⟩%0A::set-output::x")
    assert len(line.splitlines()) == 1


def test_the_comment_is_a_table_with_the_lost_tasks(gate: Any, tmp_path: Path) -> None:
    path = tmp_path / "comment.md"
    rows = attempts("PPPPP") + [{"task": "a|b<i>", "tests": "PPP"}] * 5
    worse = attempts("FFFFF") + [{"task": "a|b<i>", "tests": "PPF"}] * 5
    gate(rows, worse, "--comment", path)
    text = path.read_text()
    assert text.startswith("<!-- evalkit-gate -->\n")
    assert "| pass@1 | 100 % | 0 % | -100.0 pp | -100.0 pp to -100.0 pp | 6 | **regression** |" in text
    assert "Lost 6 tasks, the largest fall first:" in text
    assert "| a\\|b\\<i\\> | 5 of 5 | 0 of 5 | guards in 5 of 5 (0 of 5 in the baseline) |" in text


def test_a_folder_that_cannot_be_written_is_one_line(gate: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = gate(attempts("P"), attempts("P"), "--junit", tmp_path / "file" / "junit.xml")
    assert result.exit_code == 2 and len(result.stderr.splitlines()) == 1
    assert os.fspath(tmp_path / "file") in result.stderr
