"""scripts/quickstart, scripts/test and .ci/run: with a stand-in for Python that notes how it is called."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TOOLS = (
    "cat",
    "cksum",
    "dirname",
    "rm",
    "sh",
    "mkdir",
    "cp",
    "chmod",
    "bash",
    "seq",
    "sleep",
    "mktemp",
    "tail",
    "touch",
)
SPREAD = "-n logical --maxprocesses 4 --dist loadfile"
# Answers version and module checks as told, makes an environment whose programs note their calls, notes pip's.
PYTHON = """#!/bin/sh
case "$*" in
    *version_info*) exit ${OLD_PYTHON:-0} ;;
    *ensurepip*) exit ${NO_VENV:-0} ;;
    "-m venv"*)
        echo "$*" >>"$CALLS"
        for last; do :; done
        mkdir -p "$last/bin"
        for name in python evalkit ruff mypy; do cp "$0" "$last/bin/$name"; chmod +x "$last/bin/$name"; done ;;
    *"pip --version"*) ;;
    *) echo "$(cd "$(dirname "$0")" && pwd)/${0##*/} $*${EVALKIT_REQUIRE_DOCKER:+ (Docker required)}" >>"$CALLS" ;;
esac
"""


class Checkout:
    """A copy of the scripts with nothing on the PATH but a few tools and the stand-in."""

    def __init__(self, folder: Path) -> None:
        self.root, self.bin, self.calls_file = folder / "a checkout", folder / "bin", folder / "calls"
        shutil.copytree(ROOT / "scripts", self.root / "scripts")
        for name in ("pyproject.toml", "constraints.txt"):
            shutil.copy(ROOT / name, self.root / name)
        shutil.copytree(ROOT / ".ci", self.root / ".ci")
        self.bin.mkdir()
        for tool in TOOLS:
            (self.bin / tool).symlink_to(str(shutil.which(tool)))
        self.add("python3", PYTHON)

    def add(self, name: str, program: str) -> None:
        """Put a program on the PATH."""
        (self.bin / name).write_text(program)
        (self.bin / name).chmod(0o755)

    def run(self, script: str, *arguments: str, **env: str) -> "subprocess.CompletedProcess[str]":
        """Run a script from another folder."""
        self.calls_file.write_text("")
        command = [str(self.root / script), *arguments]
        variables = {"PATH": str(self.bin), "CALLS": str(self.calls_file), "HOME": str(self.root), **env}
        return subprocess.run(command, cwd=self.bin, env=variables, capture_output=True, text=True)

    @property
    def calls(self) -> list[str]:
        """What the last script called, paths cut short."""
        return self.calls_file.read_text().replace(str(self.root), "ROOT").splitlines()


INSTALL = "ROOT/.venv/bin/python -m pip install --quiet --disable-pip-version-check -c ROOT/constraints.txt -e "


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_quickstart_installs_through_the_constraints_and_runs_the_starter_suite(checkout: Checkout) -> None:
    done = checkout.run("scripts/quickstart", "--samples", "1")
    assert done.returncode == 0, done.stderr
    venv, install, run = checkout.calls
    assert venv == "-m venv --clear ROOT/.venv"
    assert install == INSTALL + "ROOT"
    assert run.startswith("ROOT/.venv/bin/evalkit run starter --model smollm2-135m-instruct ")
    assert run.endswith(" --samples 1")
    assert (run.count("--identifiers"), run.count("--temperature")) == (3, 2)


def test_a_second_call_installs_nothing_and_a_changed_constraint_does(checkout: Checkout) -> None:
    checkout.run("scripts/quickstart")
    checkout.run("scripts/quickstart")
    assert [call.split()[0] for call in checkout.calls] == ["ROOT/.venv/bin/evalkit"]
    with (checkout.root / "constraints.txt").open("a") as file:
        file.write("another==1\n")
    checkout.run("scripts/quickstart")
    assert [call.split()[0] for call in checkout.calls] == ["ROOT/.venv/bin/python", "ROOT/.venv/bin/evalkit"]


def test_the_test_script_adds_the_development_tools_once_and_they_serve_both(checkout: Checkout) -> None:
    checkout.run("scripts/quickstart")
    done = checkout.run("scripts/test", "-k", "a name")
    assert done.returncode == 0, done.stderr
    assert checkout.calls[0] == INSTALL + "ROOT[dev]"
    assert checkout.calls[1:] == [
        "ROOT/.venv/bin/ruff check .",
        "ROOT/.venv/bin/ruff format --check .",
        "ROOT/.venv/bin/mypy ",
        f"ROOT/.venv/bin/python -m pytest {SPREAD} -k a name",
    ]
    checkout.run("scripts/quickstart")
    assert [call.split()[0] for call in checkout.calls] == ["ROOT/.venv/bin/evalkit"]
    checkout.run("scripts/test", "--quick")
    assert checkout.calls[-1] == f"ROOT/.venv/bin/python -m pytest {SPREAD} -m not slow"
    assert not any("pip" in call for call in checkout.calls)


def test_a_moved_environment_is_made_anew(checkout: Checkout) -> None:
    checkout.run("scripts/quickstart")
    checkout.root = checkout.root.rename(checkout.root.with_name("moved"))
    checkout.run("scripts/quickstart")
    assert checkout.calls[0] == "-m venv --clear ROOT/.venv"


@pytest.mark.parametrize("script", ["scripts/quickstart", "scripts/test"])
def test_python_that_is_missing_too_old_or_without_venv_is_one_line(checkout: Checkout, script: str) -> None:
    old = checkout.run(script, OLD_PYTHON="1")
    no_venv = checkout.run(script, NO_VENV="1")
    (checkout.bin / "python3").unlink()
    missing = checkout.run(script)
    for done, package in ((old, "python3"), (no_venv, "python3-venv"), (missing, "python3")):
        assert (done.returncode, done.stdout) == (1, "")
        assert len(done.stderr.splitlines()) == 1
        assert f"apt-get install {package}" in done.stderr
    assert not (checkout.root / ".venv").exists()


def test_the_scripts_are_executable_and_posix() -> None:
    for name in ("quickstart", "test"):
        path = ROOT / "scripts" / name
        assert os.access(path, os.X_OK)
        assert path.read_text().startswith("#!/bin/sh\n")


DOCKER = "#!/bin/sh\n[ -e engine ]\n"
BROWSER = "#!/bin/sh\n"
APT = '#!/bin/sh\necho "apt-get $*" >>"$CALLS"\nexit "${APT_FAILS:-0}"\n'
DOCKERD = '#!/bin/sh\necho "dockerd $*" >>"$CALLS"\necho $$ >engine\nexec sleep 600\n'


def test_ci_starts_an_engine_builds_the_image_requires_docker_and_stops_the_engine(checkout: Checkout) -> None:
    checkout.add("docker", DOCKER)
    checkout.add("dockerd", DOCKERD)
    checkout.add("chromium", BROWSER)
    done = checkout.run(".ci/run", "-x")
    assert done.returncode == 0, done.stderr
    assert checkout.calls[0] == "dockerd --bridge=none --iptables=false"
    assert "ROOT/.venv/bin/evalkit sandbox build" in checkout.calls
    assert checkout.calls[-1] == f"ROOT/.venv/bin/python -m pytest {SPREAD} -x (Docker required)"
    with pytest.raises(ProcessLookupError):
        os.kill(int((checkout.bin / "engine").read_text()), 0)


def test_ci_leaves_an_engine_that_answers_alone(checkout: Checkout) -> None:
    checkout.add("docker", "#!/bin/sh\n")
    checkout.add("chromium", BROWSER)
    done = checkout.run(".ci/run")
    assert done.returncode == 0, done.stderr
    assert not any("dockerd" in call for call in checkout.calls)


@pytest.mark.parametrize("fails", ["0", "1"])
def test_ci_installs_a_browser_and_says_so_where_it_cannot(checkout: Checkout, fails: str) -> None:
    checkout.add("docker", "#!/bin/sh\n")
    checkout.add("apt-get", APT)
    done = checkout.run(".ci/run", APT_FAILS=fails)
    assert done.returncode == 0, done.stderr
    assert checkout.calls[0] == "apt-get update -qq"
    assert any("install" in call and call.endswith(" chromium") for call in checkout.calls) == (fails == "0")
    assert ("Chromium could not be installed" in done.stderr) == (fails == "1")


def test_ci_says_why_an_engine_did_not_start(checkout: Checkout) -> None:
    checkout.add("docker", DOCKER)
    checkout.add("dockerd", "#!/bin/sh\necho no cgroups here\nexit 1\n")
    done = checkout.run(".ci/run")
    assert done.returncode == 1
    assert done.stderr.splitlines() == ["The Docker engine did not start:", "no cgroups here"]
