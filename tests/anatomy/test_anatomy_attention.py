"""Attention: softmax(QK'/sqrt(d))V by hand is the model's, and heads are found by what they measurably do."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from tiny_models import save_tiny

from evalkit.anatomy.attention import attention
from evalkit.anatomy.heads import Tracker, cases
from evalkit.anatomy.options import Options
from evalkit.anatomy.regions import regions
from evalkit.anatomy.subject import prompt_subject
from evalkit.anatomy.tokens import token_offsets
from evalkit.anatomy.watching import watch
from evalkit.models.transformers import TransformersModel

Invoke = Callable[..., tuple[int, str]]
Matrix = NDArray[np.float64]
TEXT = "def f(x):\n    return ret\n" * 8  # more than one piece of queries
PROMPT = '''import os

@cached
def read_it(path, max_size):
    """Read a file.

    It must be there.

    >>> read_it("a", 1)
    """
    return path
'''


def by_hand(layer: Any, hidden: Matrix, config: Any) -> tuple[Matrix, Matrix]:
    """The weights and the output of a layer of Qwen2, from its matrices: rotated queries and keys, causal softmax."""

    def projected(part: Any, heads: int) -> Matrix:
        weight, bias = part.weight.detach().double().numpy(), part.bias.detach().double().numpy()
        return (hidden @ weight.T + bias).reshape(len(hidden), heads, -1).transpose(1, 0, 2)

    queries = projected(layer.q_proj, config.num_attention_heads)
    keys = projected(layer.k_proj, config.num_key_value_heads)
    values = projected(layer.v_proj, config.num_key_value_heads)
    width = queries.shape[2]
    theta = config.rope_parameters["rope_theta"]
    angles = np.outer(np.arange(len(hidden)), theta ** (-np.arange(0, width, 2) / width))
    angles = np.concatenate([angles, angles], axis=1)

    def rotated(each: Matrix) -> Matrix:
        half = np.concatenate([-each[..., width // 2 :], each[..., : width // 2]], axis=-1)
        return each * np.cos(angles) + half * np.sin(angles)

    share = config.num_attention_heads // config.num_key_value_heads
    keys, values = (np.repeat(each, share, axis=0) for each in (rotated(keys), values))
    scores = rotated(queries) @ keys.transpose(0, 2, 1) / math.sqrt(width)
    scores = np.where(np.tri(len(hidden), dtype=bool), scores, -np.inf)
    weights = np.exp(scores - scores.max(axis=2, keepdims=True))
    weights /= weights.sum(axis=2, keepdims=True)
    output = (weights @ values).transpose(1, 0, 2).reshape(len(hidden), -1)
    return weights, output @ layer.o_proj.weight.detach().double().numpy().T


def test_attention_by_hand_is_the_models(tiny_model: TransformersModel) -> None:
    ids = tiny_model.encode(TEXT)
    assert len(ids) > 128
    inputs: dict[int, Matrix] = {}
    outputs: dict[int, Matrix] = {}
    hooks = []
    for number, block in enumerate(tiny_model.network.module.model.layers):

        def kept(_: Any, arguments: Any, options: Any, result: Any, number: int = number) -> None:
            inputs[number] = options["hidden_states"][0].double().numpy()
            outputs[number] = result[0][0].double().numpy()

        hooks.append(block.self_attn.register_forward_hook(kept, with_kwargs=True))
    with torch.inference_mode():  # the model as it always is, without a watcher
        tiny_model.network.module(input_ids=torch.tensor([ids]), use_cache=False)
    for hook in hooks:
        hook.remove()
    seen: dict[int, list[torch.Tensor]] = {0: [], 1: []}
    watch(tiny_model, ids, lambda layer, first, weights: seen[layer].append(weights))
    for number, block in enumerate(tiny_model.network.module.model.layers):
        weights, output = by_hand(block.self_attn, inputs[number], tiny_model.network.config)
        np.testing.assert_allclose(output, outputs[number], atol=1e-4)
        first = 0
        for piece in seen[number]:  # queries come in pieces, each with all keys up to its end
            mine = weights[:, first : first + piece.shape[1], : piece.shape[2]]
            np.testing.assert_allclose(piece.numpy(), mine, atol=1e-5)
            first += piece.shape[1]
        assert first == len(ids)


def test_watching_leaves_the_model_as_it_was(tiny_model: TransformersModel) -> None:
    before = tiny_model.network.module.config._attn_implementation
    watch(tiny_model, tiny_model.encode("def f"), lambda *_: None)
    assert tiny_model.network.module.config._attn_implementation == before


@pytest.mark.parametrize("architecture", ["llama", "gpt2", "gemma2", "mistral"])
def test_weights_add_up_to_one_in_other_architectures(tmp_path: Path, architecture: str) -> None:
    model = TransformersModel(save_tiny(tmp_path / "m", architecture), dtype="fp32", device="cpu")
    found = attention(prompt_subject(model, PROMPT), Options(), 30)
    assert found.weights.shape == (2, 4, 31)
    np.testing.assert_allclose(found.weights.sum(axis=2), 1, atol=1e-5)
    assert sum(each.share for each in found.regions) == pytest.approx(1, abs=1e-5)
    assert sum(share for _, share in found.by_distance) + found.sink == pytest.approx(1, abs=1e-4)
    assert sum(found.by_tenth) + found.sink == pytest.approx(1, abs=1e-4)


def test_a_window_and_chosen_layers_bound_what_is_kept(tiny_model: TransformersModel) -> None:
    subject = prompt_subject(tiny_model, PROMPT)
    everything = attention(subject, Options(), 50)
    some = attention(subject, Options(layers=(1,), window=10), 50)
    assert some.weights.shape == (1, 4, 10)
    np.testing.assert_allclose(some.weights, everything.weights[1:, :, -10:])
    assert some.outside == pytest.approx(float(everything.weights[1, :, :-10].sum(axis=1).mean()), abs=1e-6)
    assert [each.index for each in some.seen] == sorted(
        range(41, 51), key=lambda at: -everything.weights[1, :, at].mean()
    )


def test_each_token_belongs_somewhere(tiny_model: TransformersModel) -> None:
    subject = prompt_subject(tiny_model, PROMPT)
    offsets = token_offsets(tiny_model, PROMPT, len(subject.ids))
    found = regions(subject, offsets)
    assert found[0] == "first token"

    def of(word: str) -> str:
        at = PROMPT.index(word) + 1  # not its first letter: a token may begin with white space
        return next(region for region, (start, end) in zip(found, offsets, strict=True) if start <= at < end)

    assert [of(word) for word in ("port os", "cached", "read_it", "max_size", "Read a", "must be")] == [
        "imports", "signature", "signature", "signature", "docstring", "requirement",
    ]  # fmt: skip
    assert (of(' read_it("a"'), of("return path"), of("\n\n@")) == ("examples", "code", "delimiters")


def test_cases_are_what_they_should_be() -> None:
    texts = ["x", "\n", "import", " json", ",", " os", "\n", "    ", "f", "(", "os", "[", "1", "]", ",", " json", ")"]
    ids = list(range(len(texts)))
    ids[15] = ids[3]
    found = {kind: [(case.query, case.targets) for case in each] for kind, each in cases(texts, ids).items()}
    assert found["brackets"] == [(13, (11,)), (16, (9,))]
    assert found["previous occurrence"] == [(15, (3,))]
    assert found["induction"] == [(15, (4,))]
    assert found["imports"] == [(10, (2, 3, 4, 5, 6)), (15, (2, 3, 4, 5, 6))]
    lines = ["def", "\n    ", "a", "\n        ", "b", "\n    ", "c", "\n        "]
    indented = cases(lines, list(range(8)))["indentation"]
    assert [(case.query, case.targets) for case in indented] == [(5, (1,)), (7, (3,))]
    apart = ["def", ":\n", "   ", " a", "\n", "   ", " b"]  # as other vocabularies cut it
    assert [(case.query, case.targets) for case in cases(apart, list(range(7)))["indentation"]] == [(5, (2,))]


def test_the_head_that_was_made_to_track_brackets_is_found_and_no_other() -> None:
    """Of three heads one looks where the bracket was opened, one two tokens back everywhere, one everywhere alike."""
    texts = ["def", *(["("] + ["a"] * 1 + [")"]) * 40]
    found = cases(texts, list(range(len(texts))))["brackets"]
    length = len(texts)
    weights = torch.zeros(3, length, length)
    weights[2] = torch.tril(torch.ones(length, length)) / torch.arange(1, length + 1)[:, None]
    for query in range(length):
        weights[1, query, max(0, query - 2)] = 1
        weights[0, query, 0] = 1
    for case in found:
        weights[0, case.query] = 0
        weights[0, case.query, case.targets[0]] = 1
    tracker = Tracker("brackets", found, length)
    for first in range(0, length, 7):
        tracker.take(0, first, weights[:, first : first + 7, : first + 7])
    result = tracker.result()
    assert result.cases == 40
    assert result.clear == 1
    best = result.heads[0]
    assert (best.head, best.share, best.control) == (0, 1.0, 0.0)
    assert next(score for score in result.heads if score.head == 1).share == 1.0


def test_a_model_without_attention_weights_is_told(tmp_path: Path, anatomy: Invoke) -> None:
    folder = save_tiny(tmp_path / "m", "bloom")
    code, output = anatomy("def f(x):\n", "--model", folder, "--section", "attention")
    assert code == 2
    assert "(BloomForCausalLM) gives no attention weights; leave the section attention out" in output
    code, output = anatomy("def f(x):\n", "--model", folder, "--section", "attention,distribution", "--top", 3)
    assert code == 0
    assert "Attention is left out: Model" in output
    assert "The documented example" in output


def test_the_command_shows_it(tiny_folder: Path, anatomy: Invoke) -> None:
    code, output = anatomy(PROMPT, "--model", tiny_folder, "--section", "attention", "--position", "40")
    assert code == 0, output
    assert "Position 40" in output
    assert "2 layers of 4 heads, 41 tokens" in output
    assert "induction" in output
    code, output = anatomy(PROMPT, "--model", tiny_folder, "--section", "attention", "--layers", "2")
    assert (code, "There is no layer 2: the model has 2 with attention" in output) == (2, True)
