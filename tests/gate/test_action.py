"""The composite GitHub action: its scripts work, and inputs cannot become commands."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from evalkit.cli import main

MakeRun = Callable[..., Path]
ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())


def step(name: str) -> dict:
    return next(each for each in ACTION["runs"]["steps"] if each["name"] == name)


def test_inputs_reach_scripts_as_variables_only() -> None:
    for each in ACTION["runs"]["steps"]:
        assert "${{" not in each["run"]
        for used in re.findall(r"inputs\.([\w-]+)", str(each["env"])):
            assert used in ACTION["inputs"]


def test_the_examples_of_the_page_use_what_there_is() -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "ci.md").read_text(), re.DOTALL)
    github, gitlab = map(yaml.safe_load, blocks)
    steps = github["jobs"]["gate"]["steps"]
    used = next(each for each in steps if "evalkit" in each.get("uses", ""))
    assert set(used["with"]) <= set(ACTION["inputs"])
    assert set(re.findall(r"steps\.gate\.outputs\.(\w+)", str(steps))) <= set(ACTION["outputs"])
    [command] = [line for line in gitlab["gate"]["script"] if line.startswith("evalkit gate")]
    known = {name for option in main.get_command(None, "gate").params for name in option.opts}  # type: ignore[arg-type]  # asks no context
    assert set(re.findall(r"--[a-z-]+", command)) <= known


@pytest.mark.parametrize(("after", "outcome", "code"), [("F", "regression", 1), ("P", "fine", 0)])
def test_the_gate_step_tells_its_outcome(
    make_run: MakeRun, tmp_path: Path, after: str, outcome: str, code: int
) -> None:
    before, now = ([{"task": f"t{at}", "tests": f"PP{letter}"} for at in range(8)] for letter in ("P", after))
    baseline = tmp_path / "b $(touch forged).json"
    assert CliRunner().invoke(main, ["baseline", str(make_run(before)), "-o", str(baseline)]).exit_code == 0
    folder = tmp_path / "folder"
    folder.mkdir()
    make_run(now).rename(folder / "run")
    given = {
        "BASELINE": str(baseline),
        "MAX_DROP": "",
        "METRICS": "pass@1\nrequirements\n",
        "BY": "temperature",
        "INCONCLUSIVE": "3",
        "FOLDER": str(folder),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    assert set(step("Gate")["env"]) <= set(given)
    script = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step("Gate")["run"]]
    done = subprocess.run(script, env={**os.environ, **given}, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert (tmp_path / "output").read_text() == f"outcome={outcome}\n"
    assert f"### evalkit gate: {outcome}" in (tmp_path / "summary").read_text()
    assert {each.name for each in folder.iterdir()} == {"run", "junit.xml", "comment.md", "gate.json"}
    assert not (tmp_path / "forged").exists()
