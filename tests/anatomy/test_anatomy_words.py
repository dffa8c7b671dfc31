"""Sentences that ask for care: what they do to the guards of a reference, next to what became of the samples."""

import ast
import json
import math
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from tiny_models import save_tiny

from evalkit.anatomy.words import SENTENCES, styles, with_sentence, words
from evalkit.models.transformers import TransformersModel

Invoke = Callable[..., tuple[int, str]]
GUARDED = """def double_it(start_value):
    if start_value is None:
        raise ValueError("nothing")
    return start_value * 2
"""


@pytest.fixture
def guarded_run(tmp_path: Path, tiny_suite: Path, anatomy: Invoke) -> Path:
    """A run of a suite whose reference has two guards, by the tiny model, with made verdicts."""
    from trusted_sandbox import TrustedSandbox

    from evalkit.config import load_experiment
    from evalkit.results import RunDirectory
    from evalkit.run.manifest import make_manifest
    from evalkit.run.models import Models, model_loader
    from evalkit.run.plan import plan
    from evalkit.suites import load_suite
    from evalkit.types import Extraction, Request, Sample, Status, Verdict

    (tiny_suite / "double_it" / "reference.py").write_text(GUARDED)
    folder = save_tiny(tmp_path / "tiny-model", "qwen2", max_position_embeddings=1024)
    options = {"model": [str(folder)], "samples": 1, "max_new_tokens": 8, "prompt": ["plain", "chat"], "limit": 1}
    experiment = load_experiment(str(tiny_suite), options)
    the_plan = plan(experiment, load_suite(experiment.suite))
    models = Models(the_plan, model_loader(the_plan, lambda line: None))
    manifest = make_manifest(the_plan, models, TrustedSandbox())
    model = models.get(the_plan.keys[0].cell.model)
    samples, verdicts = [], []
    for key in the_plan.keys:
        prompt = models.render(key)
        [(_, drawn)] = model.generate([Request(key, prompt, 0, 8)])
        careful = key.cell.prompt == "chat"
        code = "try:\n    x = 1\nexcept OSError:\n    raise\n" if careful else GUARDED
        samples.append(Sample(key, prompt, drawn, Extraction(code, (), code)))
        status = Status.FAILED if careful else Status.PASSED
        verdicts += [Verdict(key, "test_zero", "zero", True, Status.PASSED)]
        verdicts += [Verdict(key, "test_changes", "changes", False, status)]
    with RunDirectory.create(tmp_path / "run", manifest) as run:
        run.write_samples(0, samples)
        run.write_verdicts(0, verdicts)
    return tmp_path / "run"


def test_sentences_stand_where_the_docstring_ends() -> None:
    one = 'def f():\n    """Do it."""\n'
    assert with_sentence(one, "Be careful.") == 'def f():\n    """Do it. Be careful."""\n'
    several = 'def f():\n    """Do it.\n\n    Well.\n    """\n'
    changed = with_sentence(several, "Be careful.")
    assert changed == 'def f():\n    """Do it.\n\n    Well.\n    Be careful.\n    """\n'
    assert ast.get_docstring(ast.parse(changed).body[0]) == "Do it.\n\nWell.\nBe careful."  # type: ignore[arg-type]  # it is a function
    assert with_sentence("Write it.\n\nNow.", "Be careful.") == "Write it. Be careful.\n\nNow."
    assert with_sentence(one, "") == one


def test_probabilities_are_the_models_at_the_guards(guarded_run: Path) -> None:
    from evalkit.anatomy.subject import recorded_sample, sample_subject

    subject = sample_subject(recorded_sample(guarded_run, "double_it|prompt=plain"), None, None, lambda line: None)
    found = words(subject)
    assert [(place.keyword, place.line) for place in found.places] == [
        ("if", "if start_value is None:"),
        ("raise", 'raise ValueError("nothing")'),
    ]
    body = GUARDED.partition("\n")[2]
    for at, sentence in enumerate(SENTENCES):
        prompt = with_sentence(subject.prompt, sentence)
        newline = "" if prompt.endswith("\n") else "\n"
        for place in found.places:
            where = len(prompt) + len(newline) + body.index(place.line)
            expected = _probability(subject.model, prompt + newline + body, where)
            assert place.probabilities[at] == pytest.approx(expected, rel=1e-3)
    gain = [math.log(each.probabilities[1] / each.probabilities[0]) for each in found.places]
    assert found.change(1) == pytest.approx(sum(gain) / 2)
    assert found.change(0) == 0


def _probability(model: TransformersModel, text: str, where: int) -> float:
    """Of the token in which the character at `where` stands, after all before it."""
    found = model.tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
    at = next(number for number, (start, end) in enumerate(found["offset_mapping"]) if start <= where < end)
    ids = found["input_ids"]
    with torch.inference_mode():
        logits = model.network.module(input_ids=torch.tensor([ids[:at]]), use_cache=False).logits[0, -1].double()
    return float(logits.softmax(0)[ids[at]])


def test_guards_and_passes_stand_side_by_side(guarded_run: Path) -> None:
    plain, chat = styles(guarded_run)
    assert (plain.name, plain.samples, plain.guards, plain.passed, plain.requirements_kept) == ("plain", 1, 2, 1, 1)
    assert plain.by_keyword == {"try": 0, "if": 1, "raise": 1, "with": 0}
    assert (chat.name, chat.guards, chat.passed, chat.requirements_kept) == ("chat", 2, 0, 0.5)
    assert list(styles(guarded_run, "tiny/other")) == []


def test_the_command_shows_both(guarded_run: Path, anatomy: Invoke) -> None:
    code, output = anatomy(guarded_run, "--sample", "double_it|prompt=plain", "--section", "words")
    assert code == 0, output
    assert "Be careful with error handling." in output
    assert "pass everything" in output


def test_a_task_that_changed_is_not_measured(guarded_run: Path, anatomy: Invoke) -> None:
    path = guarded_run / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["tasks"]["tiny/double_it"]["hash"] = "00"
    path.write_text(json.dumps(manifest))
    code, output = anatomy(guarded_run, "--sample", "0", "--section", "words")
    assert code == 2
    assert "have changed since it was begun: tiny/double_it" in output
    code, output = anatomy("def", "--section", "words", "--model", manifest["config"]["model"][0])
    assert (code, "has no reference to look at; give RUN and --sample ID" in output) == (2, True)
