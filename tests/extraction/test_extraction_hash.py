"""Manifests name the extraction they used, so that a comparison notices another one."""

from pathlib import Path

import pytest

from evalkit.extraction import sources


def test_any_change_of_the_package_changes_the_hash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text("x = 1\n")
    monkeypatch.setattr(sources, "__file__", str(tmp_path / "a.py"))
    compute = sources.extraction_hash.__wrapped__
    before = compute()
    assert compute() == before and len(before) == 64
    (tmp_path / "b.py").write_text("x = 2\n")
    assert compute() != before
