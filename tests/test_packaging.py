"""The wheel holds the package and its data, and works where nothing else of the repository is."""

import os
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the working tree."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    run(command, folder)
    (built,) = folder.glob("*.whl")
    return built


def run(command: list[str], cwd: Path, env: Mapping[str, str] | None = None) -> str:
    """Standard output of a command that must succeed."""
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_only_top_level_name_is_evalkit(wheel: Path) -> None:
    names = ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names} == {"evalkit", f"{'-'.join(wheel.name.split('-')[:2])}.dist-info"}


def test_the_data_folders_are_complete(wheel: Path) -> None:
    packed = set(ZipFile(wheel).namelist())
    for folder in ("tasks", "sandbox", "reports"):
        files = [path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
        assert files
        assert {f"evalkit/_data/{path.relative_to(ROOT)}" for path in files} <= packed
    assert not any("__pycache__" in name for name in packed)


def test_the_installed_wheel_runs_from_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    environment, empty = tmp_path / "environment", tmp_path / "empty"
    empty.mkdir()
    run([sys.executable, "-m", "venv", "--without-pip", str(environment)], tmp_path)
    python = environment / "bin" / "python"
    run(
        [
            sys.executable,
            "-m",
            "pip",
            "--python",
            str(python),
            "install",
            "--quiet",
            "--no-deps",
            "--no-index",
            "--disable-pip-version-check",
            str(wheel),
        ],
        tmp_path,
    )
    borrow_packages(environment)
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")} | {"CI": "1"}
    found = run([str(python), "-c", "import evalkit; print(evalkit.__file__)"], empty, env).strip()
    assert Path(found).is_relative_to(environment)
    command = [
        str(environment / "bin" / "evalkit"),
        "run",
        "starter",
        "--model",
        "scripted",
        "--limit",
        "2",
        "--samples",
        "2",
        "--sandbox",
        "subprocess",
        "--allow-unisolated",
    ]
    report = Path(run(command, empty, env).splitlines()[-1])
    assert (empty / report).is_file()
    assert [path.name for path in empty.iterdir()] == ["runs"]


def borrow_packages(environment: Path) -> None:
    """Lets an environment see the packages of this one, so that nothing is downloaded.

    A path in a .pth file is only searched: the .pth files in it, an editable evalkit's too, are not read.
    """
    (site,) = environment.glob("lib/python*/site-packages")
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
