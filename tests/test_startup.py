"""The command answers at once: heavy packages are imported where they are used."""

import subprocess
import sys
import time

import pytest

HEAVY = (
    "torch",
    "transformers",
    "pandas",
    "scipy",
    "pyarrow",
    "docker",
    "libcst",
    "pydantic",
    "rich",
    "pytest",
    "sklearn",
    "statsmodels",
    "altair",
    "vl_convert",
    "ray",
)
PAGES = [
    [],
    ["run"],
    ["report"],
    ["view"],
    ["compare"],
    ["baseline"],
    ["gate"],
    ["history"],
    ["export"],
    ["likelihood"],
    ["anatomy"],
    ["tasks"],
    ["tasks", "list"],
    ["models"],
    ["sandbox"],
    ["sandbox", "build"],
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: " ".join(["evalkit", *page]))
def test_help_imports_nothing_heavy(page: list[str]) -> None:
    code = (
        "import sys\n"
        "from evalkit.cli import main\n"
        f"main({[*page, '--help']!r}, standalone_mode=False)\n"
        f"print('HEAVY', sorted(set(sys.modules) & set({HEAVY!r})))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "Usage: " in done.stdout
    assert done.stdout.splitlines()[-1] == "HEAVY []"


def test_help_takes_a_few_times_what_an_empty_program_takes() -> None:
    bare = _fastest([sys.executable, "-c", "import click, importlib.metadata"])
    assert _fastest([sys.executable, "-c", "from evalkit.cli import main; main()", "--help"]) < 3 * bare


def _fastest(command: list[str]) -> float:
    """Seconds of the fastest of five: what the program needs when nothing else runs."""
    seconds = []
    for _ in range(5):
        started = time.perf_counter()
        subprocess.run(command, capture_output=True, check=True)
        seconds.append(time.perf_counter() - started)
    return min(seconds)
