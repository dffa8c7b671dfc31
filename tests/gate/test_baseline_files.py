"""A baseline is small sorted text; an error made by hand is told with its line."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from evalkit.cli import main
from evalkit.comparison.sides import load_side
from evalkit.errors import BaselineError
from evalkit.gate import baseline_of, read_baseline
from evalkit.gate.files import to_text

MakeRun = Callable[..., Path]
ATTEMPTS = [
    {"task": "b", "tests": "PPP"},
    {"task": "b", "tests": "PPF"},
    {"task": "a", "tests": "FPP", "prompt": "chat"},
    {"task": "a", "tests": "UPP", "prompt": "chat"},
    {"task": "b", "tests": "NNN", "code": None, "prompt": "chat"},
]
EXPECTED = """{
  "format": 1,
  "suite": {"name": "small", "hash": "0f"},
  "settings": {
    "sandbox: sandbox.name": "docker",
    "sandbox: sandbox.isolates": true
  },
  "tasks": {
    "a": "0f",
    "b": "0f"
  },
  "cells": [
    {"model": "tiny", "temperature": 0.8, "identifiers": "snake_case", "prompt": "chat", "tasks": {
      "a": {"samples": 2, "unscored": 1, "passed": 0, "met": {"adds": 0, "guards": 1}},
      "b": {"samples": 1, "no_code": 1, "passed": 0, "met": {"adds": 0, "guards": 0}}
    }},
    {"model": "tiny", "temperature": 0.8, "identifiers": "snake_case", "prompt": "plain", "tasks": {
      "b": {"samples": 2, "passed": 1, "met": {"adds": 2, "guards": 1}}
    }}
  ]
}
"""


def cli(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["baseline", *map(str, arguments)])


def test_the_file_is_sorted_and_has_a_line_for_each_task_of_a_cell(make_run: MakeRun, tmp_path: Path) -> None:
    result = cli(make_run(ATTEMPTS), "-o", tmp_path / "new" / "baseline.json")
    assert (result.exit_code, result.stdout.strip()) == (0, str(tmp_path / "new" / "baseline.json"))
    assert (tmp_path / "new" / "baseline.json").read_text() == EXPECTED
    assert "only 4 of 5 planned samples are scored" in result.stderr


def test_equal_runs_give_equal_files_and_reading_gives_the_same_baseline(make_run: MakeRun, tmp_path: Path) -> None:
    made = baseline_of(load_side(make_run(ATTEMPTS)))
    assert to_text(baseline_of(load_side(make_run(ATTEMPTS[::-1])))) == to_text(made)
    (tmp_path / "b.json").write_text(to_text(made))
    assert read_baseline(tmp_path / "b.json") == made


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ('"passed": 1', '"passed": 3', 18, "passed: 3 is more than the 2 scored samples"),
        ('"guards": 1}}\n    }}\n', '"guards": 7}}\n    }}\n', 18, "guards: 7 is more than the 2 scored samples"),
        ('"samples": 1', '"samples": -1', 15, "greater than or equal to 0"),
        ('"samples": 1', '"samples": "one"', 15, "cells.0.tasks.b.samples"),
        ('"unscored"', '"unscorred"', 14, "unscorred"),
        ('"samples": 2, "passed": 1, ', '"samples": 2 "passed": 1, ', 18, "is not JSON"),
        ('"prompt": "plain"', '"prompt": "chat"', 17, "the same cell stands further up"),
        ('"b": "0f"', '"a": "0f"', 10, "'a' stands here twice"),
        ('"format": 1', '"format": 9', 2, "has format 9; this evalkit reads format 1"),
        ('  "suite": {"name": "small", "hash": "0f"},\n', "", 1, "suite"),
    ],
)
def test_an_error_made_by_hand_is_told_with_its_line(tmp_path: Path, old: str, new: str, line: int, told: str) -> None:
    assert old in EXPECTED
    path = tmp_path / "baseline.json"
    path.write_text(EXPECTED.replace(old, new, 1) if "}}\n" not in old else new.join(EXPECTED.rsplit(old, 1)))
    with pytest.raises(BaselineError) as raised:
        read_baseline(path)
    assert str(raised.value).startswith(f"{path}:{line}: ")
    assert told in str(raised.value)


def test_what_is_no_baseline_is_one_line(make_run: MakeRun, tmp_path: Path) -> None:
    run = make_run(ATTEMPTS)
    for text in ("", "[]", "null", "\ttabs", '"x"'):
        (tmp_path / "bad.json").write_text(text)
        result = CliRunner().invoke(main, ["gate", str(run), "--baseline", str(tmp_path / "bad.json")])
        assert result.exit_code == 2
        assert len(result.stderr.splitlines()) == 1 and "bad.json:1: " in result.stderr
    (tmp_path / "binary.json").write_bytes(b"\xff\xfe\x00")
    for name in ("binary.json", "missing.json"):
        result = CliRunner().invoke(main, ["gate", str(run), "--baseline", str(tmp_path / name)])
        assert result.exit_code == 2 and f"{name}: cannot be read" in result.stderr


@pytest.mark.parametrize("attempts", [[], [{"task": "a", "tests": "UUU"}], [{"task": "a", "tests": ""}]])
def test_a_run_without_scored_samples_is_no_baseline(make_run: MakeRun, tmp_path: Path, attempts: list) -> None:
    result = cli(make_run(attempts), "-o", tmp_path / "b.json")
    assert result.exit_code == 2
    assert "holds no scored sample" in result.stderr
    assert not (tmp_path / "b.json").exists()


def test_a_run_that_does_not_name_its_suite_is_no_baseline(make_run: MakeRun, tmp_path: Path) -> None:
    assert "does not say which suite" in cli(make_run(ATTEMPTS, suite={}), "-o", tmp_path / "b.json").stderr


def test_settings_are_kept_with_their_kind(make_run: MakeRun) -> None:
    made = baseline_of(load_side(make_run(ATTEMPTS, config={"top_p": 0.9, "seed": 3}, extraction={"hash": "e"})))
    assert made.comparable[("sampling", "top_p")] == 0.9
    assert made.comparable[("extraction", "extraction.hash")] == "e"
    assert not any("seed" in name for _, name in made.comparable)
    assert json.loads(to_text(made))["settings"]["sampling: top_p"] == 0.9
