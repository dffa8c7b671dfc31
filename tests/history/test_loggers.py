"""Runs handed to loggers, found by name, by path or by entry point; MLflow's file store as the one that comes along."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import pytest
from click.testing import CliRunner

from evalkit.cli import main
from evalkit.history import logging
from evalkit.history.logging import Entry

MakeRun = Callable[..., Path]
ROWS = [{"task": f"t{at}", "tests": "PPP" if at else "PPF"} for at in range(4)]


class ListLogger:
    """Keeps what it is given."""

    kept: ClassVar[dict[str, Entry]] = {}

    def __init__(self, target: str | None) -> None:
        self.target = target

    def log(self, entry: Entry) -> bool:
        new = entry.id not in self.kept
        self.kept[entry.id] = entry
        return new


def test_a_logger_by_name_is_given_every_run_once(
    make_run: MakeRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_run(ROWS, created="2026-10-02T09:00:00+00:00")
    make_run([{**row, "prompt": "terse"} for row in ROWS], created="2026-10-01T09:00:00+00:00", config={"top_p": 0.5})
    monkeypatch.setattr(logging, "resolve", lambda kind, name: {"logger list": ListLogger}[f"{kind} {name}"])
    monkeypatch.setattr(ListLogger, "kept", {})
    for said in ("list: 2 logged, 0 there already.", "list: 0 logged, 2 there already."):
        result = CliRunner().invoke(main, ["history", str(tmp_path), "--log", "list=somewhere"])
        assert result.exit_code == 0 and said in result.stderr
    first, second = ListLogger.kept.values()
    assert (first.name, second.name) == ("run-1", "run-0")
    assert first.parameters["prompt"] == "terse" and first.parameters["top_p"] == "0.5"
    assert first.metrics["pass@1"] == 0.75 and first.metrics["pass@1.low"] < 0.75 < first.metrics["pass@1.high"]


def test_an_unknown_logger_is_told_with_those_there_are(make_run: MakeRun, tmp_path: Path) -> None:
    make_run(ROWS)
    result = CliRunner().invoke(main, ["history", str(tmp_path), "--log", "nothing"])
    assert result.exit_code == 2
    assert "Unknown logger 'nothing'. Available: mlflow. Or give 'package.module:Attr'." in result.stderr


def test_mlflow_keeps_runs_in_a_folder(make_run: MakeRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("mlflow", reason="the extra mlflow is not installed")
    for name in ("MLFLOW_ALLOW_FILE_STORE", "MLFLOW_DISABLE_TELEMETRY"):
        monkeypatch.setenv(name, "true")  # the logger sets them, and the next test must not find them
    make_run(ROWS, created="2026-10-02T09:00:00+00:00")
    store = tmp_path / "store"
    for said in ("mlflow: 1 logged, 0 there already.", "mlflow: 0 logged, 1 there already."):
        result = CliRunner().invoke(main, ["history", str(tmp_path), "--metric", "pass@1", "--log", f"mlflow={store}"])
        assert result.exit_code == 0, result.output
        assert said in result.stderr
    [metric] = store.glob("*/*/metrics/pass_at_1")
    assert metric.read_text().split()[1] == "0.75"
    [run] = store.glob("*/*/params/prompt")
    assert run.read_text() == "plain"
    [name] = store.glob("*/*/tags/mlflow.runName")
    assert name.read_text() == "run-0"


def test_without_mlflow_one_line_says_what_to_install(
    make_run: MakeRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_run(ROWS)
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
    monkeypatch.setitem(sys.modules, "mlflow.tracking", None)
    result = CliRunner().invoke(main, ["history", str(tmp_path), "--log", "mlflow"])
    assert result.exit_code == 2 and "pip install 'evalkit[mlflow]'" in result.stderr
