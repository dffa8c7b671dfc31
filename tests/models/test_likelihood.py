"""Teacher-forced scores equal those of drawing, whatever stands beside a text in the batch."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from tiny_models import save_tiny

from evalkit.cli import main
from evalkit.errors import ConfigError
from evalkit.models import likelihood
from evalkit.models.likelihood import score_continuations
from evalkit.models.transformers import TransformersModel
from evalkit.types import Cell, Request, SampleKey

Tiny = Callable[[str], TransformersModel]
PROMPT = "def f(x):\n"
TEXTS = ["    return x\n", "    if x:\n        return yx\n", "y"]


@pytest.mark.parametrize("architecture", ["llama", "gpt2", "gemma2", "bloom", "lfm2"])
def test_a_text_is_scored_as_if_it_stood_alone(tiny: Tiny, architecture: str) -> None:
    model = tiny(architecture)
    together = score_continuations(model, PROMPT, TEXTS)
    for text, trace in zip(TEXTS, together, strict=True):
        [alone] = score_continuations(model, PROMPT, [text])
        assert trace.logprobs == pytest.approx(alone.logprobs, abs=1e-4)
        assert trace.ranks == alone.ranks
        assert trace.ends[-1] == len(text)


def test_scores_are_those_of_drawing(tiny: Tiny) -> None:
    model = tiny("llama")
    requests = [Request(SampleKey("t", Cell("m", 1.0, "i", "p"), index), PROMPT, 3, 3) for index in range(64)]
    drawn = [completion.tokens for _, completion in model.generate(requests)]
    # Only what the tokenizer would write in the same way can be compared.
    same = (
        each for each in drawn if model.encode(PROMPT + model.decode(each.ids)) == [*model.encode(PROMPT), *each.ids]
    )
    drawn_one = next(each for each in same if len(each.ids) == 3)
    text = model.decode(drawn_one.ids)
    [scored] = score_continuations(model, PROMPT, [text])
    assert scored.logprobs == pytest.approx(drawn_one.logprobs, abs=1e-4)
    assert scored.entropies == pytest.approx(drawn_one.entropies, abs=1e-4)
    assert scored.ranks == drawn_one.ranks


def test_rows_that_do_not_fit_into_one_pass_are_scored_alike(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    model = tiny("llama")
    expected = score_continuations(model, PROMPT, TEXTS)
    monkeypatch.setattr(likelihood, "MOST_LOGITS", 1)
    for one, other in zip(score_continuations(model, PROMPT, TEXTS), expected, strict=True):
        assert one.logprobs == pytest.approx(other.logprobs, abs=1e-4)


def test_what_does_not_fit_is_told(tiny: Tiny) -> None:
    with pytest.raises(ConfigError, match="do not fit into the 256 tokens"):
        score_continuations(tiny("llama"), PROMPT, ["y" * 300])
    with pytest.raises(ConfigError, match="at least one token"):
        score_continuations(tiny("llama"), PROMPT, [""])


@pytest.mark.parametrize("prompt", ["plain", "chat"])
def test_the_command_scores_every_pair(tmp_path: Path, tiny_suite: Path, prompt: str) -> None:
    model = save_tiny(tmp_path / "model", "llama", max_position_embeddings=2048)
    reference = tiny_suite / "double_it" / "reference.py"
    guarded = "def double_it(start_value):\n    if not start_value:\n        return 0\n    return start_value * 2\n"
    reference.write_text(guarded)
    command = ["likelihood", str(tiny_suite), "--model", str(model), "--prompt", prompt, "--out", str(tmp_path / "o")]
    done = CliRunner().invoke(main, command, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    pairs = pd.read_parquet(tmp_path / "o" / "pairs.parquet")
    assert pairs["task_id"].tolist() == ["tiny/double_it"] * 2 + ["tiny/halve_it"] * 2
    assert np.isfinite(pairs[["reference_sum_logprob", "wrong_mean_logprob"]]).all(axis=None)
    guards = pd.read_parquet(tmp_path / "o" / "guards.parquet")
    assert guards[["keyword", "omitted"]].values.tolist() == [["if", True]]
    assert "changes" in done.stdout


def test_how_often_sampling_broke_the_requirement_stands_beside(tmp_path: Path, tiny_suite: Path) -> None:
    right, wrong = "    return start_value * 2\n", "    return start_value  # wrong\n"
    lines = [json.dumps({"task_id": "tiny/double_it", "completion": text}) for text in (right, wrong, wrong, wrong)]
    (tmp_path / "s.jsonl").write_text("\n".join(lines))
    judged = ["judge", str(tmp_path / "s.jsonl"), "--suite", str(tiny_suite), "--out", str(tmp_path / "run")]
    CliRunner().invoke(main, [*judged, "--sandbox", "evalkit_fakes:RuleSandbox"], catch_exceptions=False)
    model = save_tiny(tmp_path / "model", "llama", max_position_embeddings=2048)
    command = [
        "likelihood",
        str(tiny_suite),
        "--model",
        str(model),
        "--prompt",
        "plain",
        "--run",
        str(tmp_path / "run"),
    ]
    shown = CliRunner().invoke(main, command, catch_exceptions=False).stdout.split("By requirement")[1].splitlines()
    assert shown[1].split()[-4:] == ["samples", "broken", "in", "samples"]
    row = next(line.split() for line in shown if "tiny/double_it" in line and "changes" in line)
    assert row[-2:] == ["4", "0.750"]


def test_a_model_that_cannot_score_texts_is_told(tiny_suite: Path) -> None:
    done = CliRunner().invoke(main, ["likelihood", str(tiny_suite), "--model", "scripted"])
    assert done.exit_code == 2
    assert "cannot say how likely a given text is" in done.output
