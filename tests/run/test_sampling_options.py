"""What an experiment says of sampling reaches the model, and the manifest."""

import json
from pathlib import Path

import pytest
from evalkit_fakes import CountingModel, RuleSandbox

from evalkit.config import load_experiment
from evalkit.run import proving
from evalkit.run import session as sessions
from evalkit.types import Shaping

OPTIONS = {"top_k": 40, "top_p": 0.9, "min_p": 0.05, "repetition_penalty": 1.1, "top_logprobs": 3}


def test_sampling_options_reach_the_model_and_the_manifest(
    tiny_suite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, sandbox = CountingModel(), RuleSandbox(2)
    monkeypatch.setattr(sessions, "model_loader", lambda plan, note: lambda name: model)
    monkeypatch.setattr(proving, "open_sandbox", lambda *wanted: sandbox)
    settings = {"samples": 2, "prompt": ("chat", "plain"), "stop_after_definition": True, "strict": True}
    for name, options in (("off", {}), ("on", OPTIONS | settings)):
        experiment = load_experiment(str(tiny_suite), {"out": str(tmp_path / name), **options})
        with sessions.begin(experiment, lambda _: None) as session:
            session.work()
    [plain, shaped] = model.batches
    assert {(each.shaping, each.top_logprobs, each.stop_after_definition) for each in plain} == {(Shaping(), 0, False)}
    assert {each.shaping for each in shaped} == {Shaping(40, 0.9, 0.05, 1.1)}
    assert {each.top_logprobs for each in shaped} == {3}
    # Only a base prompt is continued as code.
    assert {(each.key.cell.prompt, each.stop_after_definition) for each in shaped} == {("chat", False), ("plain", True)}
    config = json.loads((tmp_path / "on" / "manifest.json").read_text())["config"]
    assert config | OPTIONS | {"strict": True, "stop_after_definition": True} == config
    off = json.loads((tmp_path / "off" / "manifest.json").read_text())["config"]
    assert [off[name] for name in OPTIONS] == [None, None, None, None, 0]
