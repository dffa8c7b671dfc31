"""Compiled templates are kept, and nothing depends on that."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from evalkit.reports import templates, write_report

MakeRun = Callable[..., Path]


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    templates._environment.cache_clear()
    yield
    templates._environment.cache_clear()


def written(run: Path) -> list[bytes]:
    templates._environment.cache_clear()
    return [path.read_bytes() for path in write_report((run,))]


def test_kept_templates_make_the_same_report_and_a_folder_that_cannot_be_made_does_not_matter(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run = make_run([{"task": "a", "tests": "PPF"}])
    monkeypatch.setenv("EVALKIT_CACHE", "/dev/null/cache")
    first = written(run)
    monkeypatch.setenv("EVALKIT_CACHE", str(tmp_path / "cache"))
    compiled = written(run)
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "cache" / "templates").iterdir()}
    again = written(run)
    assert first == compiled == again
    assert kept and kept == {path: path.stat().st_mtime_ns for path in (tmp_path / "cache" / "templates").iterdir()}
