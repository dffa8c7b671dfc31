"""A recorded sample is replayed step by step; what is not the run's is said."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evalkit.anatomy.loop import Loop, Replay
from evalkit.anatomy.reading import read
from evalkit.anatomy.subject import Recorded, recorded_sample, sample_subject
from evalkit.models.transformers import TransformersModel
from evalkit.sampling import next_token_probabilities, sample_next_token, uniforms

Invoke = Callable[..., tuple[int, str]]
SAMPLE = "re_try|temperature=0.8|index=1"


def replayed(model: TransformersModel, recorded: Recorded) -> Loop:
    prompt_ids = tuple(model.encode(recorded.sample.prompt))
    replay = Replay(recorded, prompt_ids)
    read(model, [*prompt_ids, *recorded.sample.completion.tokens.ids], visit=replay.visit)
    return replay.result(model.eos, "fp32")


@pytest.mark.parametrize("number", range(6))
def test_every_sample_replays_as_it_was_recorded(tiny_run: Path, tiny_model: TransformersModel, number: int) -> None:
    recorded = recorded_sample(tiny_run, str(number))
    loop = replayed(tiny_model, recorded)
    trace = recorded.sample.completion.tokens
    assert [step.replayed for step in loop.steps] == list(trace.ids)
    assert loop.verdict.startswith(f"The replay equals the record: {len(trace.ids)} steps")
    assert [step.rank for step in loop.steps] == list(trace.ranks)
    assert loop.largest_change < 1e-4


def test_each_number_draws_what_the_specification_draws(tiny_run: Path, tiny_model: TransformersModel) -> None:
    recorded = recorded_sample(tiny_run, SAMPLE)
    prompt_ids = tiny_model.encode(recorded.sample.prompt)
    ids = [*prompt_ids, *recorded.sample.completion.tokens.ids]
    step = replayed(tiny_model, recorded).steps[3]
    logits = read(tiny_model, ids, keep=(len(prompt_ids) + 2,)).kept[len(prompt_ids) + 2]
    stream = uniforms(recorded.seed, recorded.sample.key, 4)
    assert step.uniform == stream[3]
    assert step.others == tuple(sample_next_token(logits, 0.8, each) for each in (0.05, 0.25, 0.5, 0.75, 0.95))
    probabilities = next_token_probabilities(logits, 0.8)
    assert step.high - step.low == pytest.approx(probabilities[step.token])
    assert step.low == pytest.approx(probabilities[: step.token].sum())
    assert step.low <= step.uniform < step.high
    order = np.argsort(-probabilities)[:5]
    assert [each.token for each in step.alternatives] == order.tolist()


def test_a_record_that_is_not_what_was_drawn_is_told_with_its_place(
    tiny_run: Path, tiny_model: TransformersModel
) -> None:
    recorded = recorded_sample(tiny_run, SAMPLE)
    completion = recorded.sample.completion
    ids = list(completion.tokens.ids)
    ids[5] = (ids[5] + 1) % 200
    changed = replace(completion, tokens=replace(completion.tokens, ids=tuple(ids)))
    loop = replayed(tiny_model, replace(recorded, sample=replace(recorded.sample, completion=changed)))
    assert loop.differing[0].index == 5
    assert "leaves the record at step 5" in loop.verdict
    assert "weights, prompt or tokens are not those of the run" in loop.verdict


def test_another_seed_is_noticed(tiny_run: Path, tiny_model: TransformersModel) -> None:
    recorded = recorded_sample(tiny_run, SAMPLE)
    loop = replayed(tiny_model, replace(recorded, manifest={**recorded.manifest, "seed": 12}))
    assert "the seed or the tokens are not those of the run" in loop.verdict


def test_a_border_is_told_from_a_wrong_draw(tiny_run: Path, tiny_model: TransformersModel) -> None:
    loop = replayed(tiny_model, recorded_sample(tiny_run, SAMPLE))
    step = loop.steps[0]
    moved = replace(step, replayed=step.token + 1, uniform=step.high + 1e-6)
    assert "border between two tokens" in replace(loop, steps=(moved,)).verdict


def test_a_model_that_is_not_the_runs_is_remarked(tiny_run: Path, tiny_folder: Path, tmp_path: Path) -> None:
    recorded = recorded_sample(tiny_run, "0")
    manifest = json.loads(json.dumps(recorded.manifest))
    manifest["model"]["tiny"]["files"]["model.safetensors"] = "00"
    manifest["model"]["tiny"]["versions"]["torch"] = "1.0"
    subject = sample_subject(replace(recorded, manifest=manifest), None, None, lambda line: None)
    assert len(subject.remarks) == 2
    assert "its files differ" in subject.remarks[0]
    assert "other versions of torch" in subject.remarks[1]
    assert sample_subject(recorded, str(tiny_folder), None, lambda line: None).remarks == ()


def test_the_command_prints_every_step(tiny_run: Path, anatomy: Invoke) -> None:
    code, output = anatomy(tiny_run, "--sample", SAMPLE, "--section", "loop")
    assert code == 0, output
    assert "The replay equals the record: 24 steps" in output
    assert "T=0.8, seed 11" in output
    assert "It ended because the limit of 24 tokens was reached." in output
