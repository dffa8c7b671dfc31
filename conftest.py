"""Which tests can run on this machine; a small suite and stand-ins for tests that run the whole path."""

import gc
import os
import warnings
from functools import cache
from pathlib import Path

import pytest

FAKES = Path(__file__).parent / "tests" / "fakes"
NAMES = ("double_it", "halve_it")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what this machine lacks, with the reason; EVALKIT_REQUIRE_DOCKER=1 makes a lacking Docker a failure."""
    for marker in ("docker", "bubblewrap", "model"):
        if item.get_closest_marker(marker) and (reason := missing(marker)):
            if marker == "docker" and os.environ.get("EVALKIT_REQUIRE_DOCKER") == "1":
                pytest.fail(f"EVALKIT_REQUIRE_DOCKER=1, but: {reason}", pytrace=False)
            pytest.skip(reason)


@cache
def missing(marker: str) -> str | None:
    """Why a marked test cannot run here, None when it can."""
    from evalkit.errors import ModelUnavailable, SandboxUnavailable

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        try:
            if marker == "model":
                _starter_model()
            else:
                _sandbox(marker)
        except (ModelUnavailable, SandboxUnavailable) as error:
            return str(error)
        finally:
            gc.collect()  # the docker package leaves a socket that could not connect to the garbage collector
    return None


def _sandbox(name: str) -> None:
    from evalkit.sandboxes import open_sandbox

    open_sandbox(name).close()


def _starter_model() -> None:
    from evalkit.models import fetch_model

    fetch_model("smollm2-135m-instruct", lambda line: None)


@pytest.fixture
def fakes(monkeypatch: pytest.MonkeyPatch) -> Path:
    """Makes evalkit_fakes importable in subprocesses too."""
    # Subprocesses import this checkout, too, whichever one is installed.
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(str, (FAKES, FAKES.parent.parent))))
    return FAKES


@pytest.fixture
def tiny_suite(tmp_path: Path) -> Path:
    """A suite of two tasks; every known-wrong solution has a line '# wrong'."""
    folder = tmp_path / "tiny"
    for name, factor in zip(NAMES, ("2", "0.5"), strict=True):
        _write_task(folder / name, name, factor)
    (folder / "suite.yaml").write_text(f"title: Tiny\ntasks: [{', '.join(NAMES)}]\n")
    return folder


TESTS = """import pytest
from solution import NAME


@pytest.mark.requirement("zero")
@pytest.mark.example
def test_zero():
    assert NAME(0) == 0


@pytest.mark.requirement("changes")
def test_changes():
    assert NAME(2) in (1, 4)
"""
ENTRY = """title: NAME
entry_point: NAME
requirements:
  - {id: zero, kind: stated, text: "Zero stays zero."}
  - {id: changes, kind: implied, text: "Other numbers change."}
known_wrong:
  - {file: wrong/same.py, breaks: [changes], why: "Gives the number back."}
  - {file: wrong/zero.py, breaks: [changes], why: "Gives zero."}
"""


def _write_task(folder: Path, name: str, factor: str) -> None:
    (folder / "wrong").mkdir(parents=True)
    signature = f"def {name}(start_value):\n"
    sources = {
        "prompt.py": f'{signature}    """Change a number.\n\n    >>> {name}(0)\n    0\n    """\n',
        "reference.py": f"{signature}    return start_value * {factor}\n",
        "wrong/same.py": f"{signature}    # wrong\n    return start_value\n",
        "wrong/zero.py": f"{signature}    # wrong\n    return 0 * start_value\n",
        "tests.py": TESTS.replace("NAME", name),
        "task.yaml": ENTRY.replace("NAME", name),
    }
    for file, content in sources.items():
        (folder / file).write_text(content)
