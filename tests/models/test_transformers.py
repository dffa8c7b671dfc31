"""The batched engine draws what the specification draws, whatever else is in the batch."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from tiny_models import (
    ARCHITECTURES,
    GRID,
    PROMPTS,
    TEMPERATURES,
    assert_same,
    border_distance,
    drawn,
    request,
    save_tiny,
    specified,
)

from evalkit.errors import ConfigError, ModelUnavailable
from evalkit.models.transformers import TransformersModel
from evalkit.types import Prompt, Request, Shaping, StopReason

Tiny = Callable[[str], TransformersModel]


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_tokens_equal_the_specification(tiny: Tiny, architecture: str) -> None:
    model = tiny(architecture)
    for wanted, found in zip(GRID, drawn(model, GRID, batch_size=7), strict=True):
        assert_same(found, specified(model, wanted))


def test_other_cells_change_no_draw(tiny: Tiny) -> None:
    model = tiny("qwen2")
    alone = drawn(model, GRID[3:12], batch_size=64)
    for found, expected in zip(alone, drawn(model, GRID, batch_size=64)[3:12], strict=True):
        assert_same(found, expected)


@pytest.mark.parametrize("architecture", ["llama", "lfm2"])
@pytest.mark.parametrize("batch_size", [1, 2, 5, 64])
def test_batch_size_and_order_change_no_draw(tiny: Tiny, architecture: str, batch_size: int) -> None:
    model = tiny(architecture)
    order = np.random.default_rng(batch_size).permutation(len(GRID))
    shuffled = drawn(model, [GRID[i] for i in order], batch_size)
    expected = drawn(model, GRID, batch_size=3)
    for position, found in zip(order, shuffled, strict=True):
        assert_same(found, expected[position])


def test_long_rows_outgrow_their_buffers_and_drop_unused_columns(tiny: Tiny) -> None:
    model = tiny("llama")
    requests = [request(PROMPTS[2], 1.0, 0, new=20), *(request("x", 1.0, i, new=180) for i in range(3))]
    for wanted, found in zip(requests, drawn(model, requests, batch_size=2), strict=True):
        assert_same(found, specified(model, wanted))


def test_recorded_measures_equal_one_teacher_forced_pass(tiny: Tiny) -> None:
    model = tiny("qwen2")
    [found] = drawn(model, [request(PROMPTS[0], 0.8, new=30)], batch_size=1)
    prompt_ids = model.encode(PROMPTS[0])
    with torch.inference_mode():
        logits = model.network.module(torch.tensor([prompt_ids + list(found.tokens.ids)])).logits[0].double()
    logprobs = logits[len(prompt_ids) - 1 : -1].log_softmax(-1)
    ids = torch.tensor(found.tokens.ids)[:, None]
    np.testing.assert_allclose(found.tokens.logprobs, logprobs.gather(1, ids)[:, 0], atol=1e-4)
    cooled = (logits[len(prompt_ids) - 1 : -1] / 0.8).log_softmax(-1)
    np.testing.assert_allclose(found.tokens.drawn_logprobs, cooled.gather(1, ids)[:, 0], atol=1e-4)
    np.testing.assert_allclose(found.tokens.entropies, -(logprobs.exp() * logprobs).sum(-1), atol=1e-4)


def test_each_prompt_is_read_once_and_temperature_zero_drawn_once(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    model = tiny("llama")
    shapes: list[tuple[int, ...]] = []
    forward = model.network.module.forward

    def counted(**inputs: torch.Tensor) -> object:
        shapes.append(tuple(inputs["input_ids"].shape))
        return forward(**inputs)

    monkeypatch.setattr(model.network.module, "forward", counted)
    requests = [request(PROMPTS[0], t, i, new=4) for t in (0.0, 1.0) for i in range(6)]
    completions = drawn(model, requests, batch_size=4)
    assert [shape for shape in shapes if shape[1] > 1] == [(1, len(model.encode(PROMPTS[0])))]
    assert max(shape[0] for shape in shapes) == 4
    assert completions[0] is completions[5]
    assert len(set(completions[6:])) > 1


def test_strict_samples_are_equal_bit_for_bit(tiny: Tiny) -> None:
    threads = torch.get_num_threads()
    try:
        model = TransformersModel(tiny("llama").folder, dtype="fp32", device="cpu", batch_size=9, strict=True)
        assert torch.get_num_threads() == 1
        alone = dict(model.generate(GRID[:8]))
        others = [*GRID[::-1], request(PROMPTS[2][:70] + "another end", 1.0, new=50)]
        together = dict(model.generate(others))
    finally:
        torch.set_num_threads(threads)
        torch.use_deterministic_algorithms(False)
    for position, found in alone.items():
        assert together[others.index(GRID[position])] == found
    assert model.describe()["strict"] is True
    assert model.describe()["batch_size"] == 1


def test_stop_strings_across_tokens_and_in_the_middle_of_one(tiny: Tiny) -> None:
    model = tiny("llama")
    [free] = drawn(model, [request("x", 2.0, new=40)], batch_size=1)
    for stop in (free.text[9:12], free.text[5], free.text[20:24]):
        wanted = request("x", 2.0, new=40, stop=[stop, "never in the text"])
        [found] = drawn(model, [wanted], batch_size=1)
        assert_same(found, specified(model, wanted))
        assert found.stop_reason is StopReason.STOP_STRING
        assert found.text == free.text[: free.text.index(stop)]
        assert found.tokens.ids == free.tokens.ids[: len(found.tokens.ids)]


def test_end_ids_of_all_configurations_stop(tmp_path: Path) -> None:
    folder = save_tiny(tmp_path, "llama")
    (folder / "generation_config.json").write_text(json.dumps({"eos_token_id": [7, *range(100, 150)]}))
    model = TransformersModel(folder, dtype="fp32", device="cpu")
    assert model.eos == {0, 2, 7, *range(100, 150)}  # config, tokenizer, generation_config
    for found in drawn(model, [request("x", 1.5, i, new=200) for i in range(8)], batch_size=8):
        ends = [position for position, token in enumerate(found.tokens.ids) if token in model.eos]
        assert found.stop_reason is StopReason.EOS
        assert ends == [len(found.tokens.ids) - 1]
        assert found.text == model.decode(found.tokens.ids[:-1])


def test_generation_config_shapes_nothing_and_is_recorded(tmp_path: Path) -> None:
    plain = TransformersModel(save_tiny(tmp_path / "a", "llama"), dtype="fp32", device="cpu")
    folder = save_tiny(tmp_path / "b", "llama")
    shaping = {"top_k": 1, "top_p": 0.1, "repetition_penalty": 1.5, "temperature": 0.1, "do_sample": True}
    (folder / "generation_config.json").write_text(json.dumps({"eos_token_id": 0, **shaping}))
    shaped = TransformersModel(folder, dtype="fp32", device="cpu")
    assert drawn(shaped, GRID, 8) == drawn(plain, GRID, 8)
    assert shaped.describe()["ignored"] == {name: shaping[name] for name in shaping if name != "do_sample"}


def test_describe_names_what_decides_a_draw(tmp_path: Path) -> None:
    folder = save_tiny(tmp_path / "name", "llama")
    model = TransformersModel(folder, dtype="fp32", device="cpu")
    described = model.describe()
    assert json.dumps(described)
    assert (described["name"], described["dtype"], described["device"]) == ("name", "fp32", "cpu")
    assert described["context_length"] == 256
    before = described["files"]
    assert {"model.safetensors", "config.json", "tokenizer.json"} <= set(before)
    (folder / "config.json").write_text((folder / "config.json").read_text() + " ")
    after = model.describe()["files"]
    assert {name for name in before if before[name] != after[name]} == {"config.json"}


def test_half_precision_is_a_choice(tiny: Tiny) -> None:
    model = TransformersModel(tiny("llama").folder, dtype="bf16", device="cpu")
    assert model.network.module.dtype == torch.bfloat16
    wanted = request("x", 1.0, new=1)  # later tokens may differ: a cache rounds otherwise than a whole pass
    assert_same(drawn(model, [wanted], batch_size=1)[0], specified(model, wanted), tolerance=0.1)


def test_chat_uses_the_template_and_appends_the_prefill(tiny: Tiny) -> None:
    model = tiny("llama")
    text = model.render(Prompt("chat", "Hi", prefill="```python\n", system="Be brief."))
    assert text == (
        "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n```python\n"
    )
    assert model.encode(text)[0] == 1  # one special token, not its spelling
    assert model.count_tokens("ret") == 1


def test_base_prompts_begin_as_the_tokenizer_begins_a_text(tmp_path: Path, tiny: Tiny) -> None:
    assert tiny("llama").render(Prompt("base", "def f")) == "def f"
    folder = save_tiny(tmp_path, "llama")
    saved = json.loads((folder / "tokenizer.json").read_text())
    begin = {"SpecialToken": {"id": "<|im_start|>", "type_id": 0}}
    sequence = {"Sequence": {"id": "A", "type_id": 0}}
    saved["post_processor"] = {
        "type": "TemplateProcessing",
        "single": [begin, sequence],
        "pair": [begin, sequence],
        "special_tokens": {"<|im_start|>": {"id": "<|im_start|>", "ids": [1], "tokens": ["<|im_start|>"]}},
    }
    (folder / "tokenizer.json").write_text(json.dumps(saved))
    model = TransformersModel(folder, dtype="fp32", device="cpu")
    rendered = model.render(Prompt("base", "def f"))
    assert model.encode(rendered) == model.tokenizer("def f")["input_ids"]
    assert model.encode(rendered)[:1] == [1]


def test_a_chat_prompt_needs_a_chat_template(tmp_path: Path) -> None:
    folder = save_tiny(tmp_path, "llama")
    (folder / "chat_template.jinja").unlink()
    model = TransformersModel(folder, name="plain-model", dtype="fp32", device="cpu")
    with pytest.raises(ConfigError, match="'plain-model' has no chat template"):
        model.render(Prompt("chat", "Hi"))


def test_a_template_that_refuses_the_prompt_is_named(tmp_path: Path) -> None:
    folder = save_tiny(tmp_path, "llama")
    (folder / "chat_template.jinja").write_text("{{ raise_exception('no system role') }}")
    model = TransformersModel(folder, dtype="fp32", device="cpu")
    with pytest.raises(ConfigError, match="no system role"):
        model.render(Prompt("chat", "Hi", system="s"))


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (request("xx", 1.0, new=300), "46 more than the context of 256"),
        (request("x", 1.0, new=0), "max_new_tokens must be 1 or more"),
        (request("x", -1.0), "finite number, 0 or more"),
        (request("x", float("nan")), "finite number, 0 or more"),
        (request("", 1.0), "prompt is empty"),
        (request("x", 1.0, stop=[""]), "stop string is empty"),
        (request("x", 1.0, shaping=Shaping(top_p=2.0)), "top_p must be above 0"),
    ],
)
def test_wrong_requests_are_refused_before_anything_is_drawn(tiny: Tiny, wanted: Request, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        tiny("llama").generate([request("x", 1.0), wanted])


def test_the_context_may_be_filled_to_the_last_token(tiny: Tiny) -> None:
    [(_, found)] = tiny("gpt2").generate([request("xx", 0.5, index=3, new=254)])
    assert len(found.tokens.ids) <= 254
    for new in (1, 2, 3):
        model = TransformersModel(tiny("gpt2").folder, dtype="fp32", device="cpu")
        requests = [request("x" * (256 - new), 1.0, index, new=new) for index in range(6)]
        assert all(len(found.tokens.ids) <= new for _, found in model.generate(requests))


def test_no_requests_no_samples(tiny: Tiny) -> None:
    assert list(tiny("llama").generate([])) == []


def test_samples_arrive_as_they_end_and_generation_can_be_left(tiny: Tiny) -> None:
    model = tiny("llama")
    results = model.generate([request("x", 1.0, i, new=i % 3 + 1) for i in range(9)])
    _, first = next(results)
    assert len(first.tokens.ids) == 1
    assert not torch.is_inference_mode_enabled()  # the consumer's own torch code is not affected
    results.close()  # type: ignore[attr-defined]  # a generator, which the protocol need not promise
    assert len(list(model.generate([request("x", 1.0)]))) == 1


def test_wrong_options_are_named(tiny: Tiny) -> None:
    folder = tiny("llama").folder
    with pytest.raises(ConfigError, match=r"Unknown dtype 'int3'\. Available: auto, fp32, bf16, fp16, int8"):
        TransformersModel(folder, dtype="int3")
    with pytest.raises(ConfigError, match="batch_size must be 1 or more"):
        TransformersModel(folder, batch_size=0)


def test_a_damaged_folder_is_named(tiny: Tiny, tmp_path: Path) -> None:
    broken = shutil.copytree(tiny("llama").folder, tmp_path / "broken")
    (broken / "model.safetensors").unlink()
    with pytest.raises(ModelUnavailable, match=r"Cannot load a model from .*broken"):
        TransformersModel(broken)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelUnavailable, match=r"Cannot load a model from .*empty"):
        TransformersModel(tmp_path / "empty")


def test_weights_that_overflow_are_named(tmp_path: Path) -> None:
    model = TransformersModel(save_tiny(tmp_path, "llama"), dtype="fp32", device="cpu")
    with torch.no_grad():
        model.network.module.model.norm.weight.fill_(float("nan"))
    with pytest.raises(ConfigError, match="not numbers"):
        list(model.generate([request("x", 1.0)]))


@pytest.mark.model
@pytest.mark.slow
def test_the_starter_model_equals_the_specification(starter: TransformersModel) -> None:
    prompts = ["def add(a, b):\n", starter.render(Prompt("chat", "Write a haiku."))]
    requests = [request(p, t, new=6) for p in prompts for t in TEMPERATURES]
    for wanted, found in zip(requests, drawn(starter, requests, batch_size=6), strict=True):
        expected = specified(starter, wanted)
        pairs = enumerate(zip(found.tokens.ids, expected.tokens.ids, strict=False))
        parted = next((position for position, (mine, other) in pairs if mine != other), None)
        if parted is None:
            assert_same(found, expected, tolerance=2e-3)
        else:  # among 49,152 tokens at a high temperature a border is near; processors round to either side of it
            assert border_distance(starter, wanted, expected.tokens.ids[:parted]) < 1e-6
