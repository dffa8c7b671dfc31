"""Samples that were drawn before, drawn again."""

import json
from dataclasses import replace

import pytest
from evalkit_fakes import CountingModel

from evalkit.errors import ConfigError, ModelUnavailable
from evalkit.models import load_model
from evalkit.models.replay import ReplayModel
from evalkit.results import RunDirectory
from evalkit.types import Cell, Extraction, Request, Sample, SampleKey


def request(index=0, temperature=0.8, task="a/b"):
    return Request(SampleKey(task, Cell("m", temperature, "snake_case", "plain"), index), "def f():", 1, 20)


def drawn(model, *requests):
    return [completion for _, completion in model.generate(requests)]


def test_a_file_gives_each_task_its_samples_in_order_or_by_number(tmp_path):
    file = tmp_path / "samples.jsonl"
    lines = [
        {"task_id": "a/b", "completion": "first"},
        {"task_id": "a/c", "solution": "whole", "completion": "part"},
        {"task_id": "a/b", "completion": "second"},
        {"task_id": "a/d", "completion": "numbered", "completion_id": 7},
    ]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    model = load_model(f"replay:{file}")
    found = drawn(model, request(1), request(0), request(task="a/c"), request(7, task="a/d"))
    assert [completion.text for completion in found] == ["second", "first", "whole", "numbered"]
    assert found[0].tokens.ids == () and len(model.describe()["files"]["samples.jsonl"]) == 64


def test_a_sample_that_is_not_there_is_told_before_anything_is_drawn(tmp_path):
    (tmp_path / "s.jsonl").write_text('{"task_id": "a/b", "completion": "x"}\n')
    with pytest.raises(ConfigError, match=r"no sample 1 of 'a/b'.*1 are missing. Lower --samples"):
        ReplayModel(str(tmp_path / "s.jsonl")).generate([request(0), request(1)])


def test_a_run_gives_its_completions_with_their_tokens(tmp_path):
    requests = [request(0), request(1), replace(request(0, 0.2), prompt="another")]
    completions = dict(CountingModel().generate(requests))
    samples = [Sample(each.key, "p", completions[at], Extraction("x")) for at, each in enumerate(requests)]
    with RunDirectory.create(tmp_path / "run", {"unit_size": 3, "tasks": {}}) as run:
        run.write_samples(0, samples)
    model = ReplayModel(str(tmp_path / "run"))
    assert drawn(model, *requests) == [completions[0], completions[1], completions[2]]
    with pytest.raises(ConfigError, match=r"temperature=1.5"):
        model.generate([request(0, 1.5)])


@pytest.mark.parametrize(
    ("content", "reason"),
    [("nonsense\n", "s.jsonl:1: is not JSON"), ('{"task_id": 3}\n', "needs 'task_id'"), ("", "holds no samples")],
)
def test_files_that_hold_no_samples(tmp_path, content, reason):
    (tmp_path / "s.jsonl").write_text(content)
    with pytest.raises(ModelUnavailable, match=reason):
        ReplayModel(str(tmp_path / "s.jsonl"))


def test_nothing_to_replay(tmp_path):
    with pytest.raises(ModelUnavailable, match="nothing to replay"):
        load_model(f"replay:{tmp_path}/none")
    with pytest.raises(ModelUnavailable, match="no run directory with samples"):
        load_model(f"replay:{tmp_path}")
