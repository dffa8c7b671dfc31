"""The batched engine draws what the specification draws, whatever else is in the batch."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from tiny_models import ARCHITECTURES, assert_same, request, save_tiny, specified

from evalkit.errors import ConfigError, ModelUnavailable
from evalkit.models.attention import SharedLayer
from evalkit.models.decoding import Settings, decode_batched
from evalkit.models.rows import plan
from evalkit.models.transformers import TransformersModel
from evalkit.types import Completion, Prompt, Request, Shaping, StopReason

Tiny = Callable[[str], TransformersModel]
PROMPTS = ["def f(x):\n    ", "x", "a much longer prompt, so that rows start at different columns\n" * 2]
TEMPERATURES = [0.0, 0.2, 0.8, 1.0, 2.0]
GRID = [request(p, t, i) for p in PROMPTS for t in TEMPERATURES for i in range(2)]


def drawn(model: TransformersModel, requests: list[Request], batch_size: int) -> list[Completion]:
    groups = plan(requests, model.encode, model.decode)
    found = dict(decode_batched(model.network, groups, Settings(batch_size, 256, model.eos)))
    assert sorted(found) == list(range(len(requests)))
    return [found[position] for position in range(len(requests))]


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_tokens_equal_the_specification(tiny: Tiny, architecture: str) -> None:
    model = tiny(architecture)
    for wanted, found in zip(GRID, drawn(model, GRID, batch_size=7), strict=True):
        assert_same(found, specified(model, wanted))


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


def test_shaped_rows_share_a_batch_and_equal_the_specification(tiny: Tiny) -> None:
    model = tiny("qwen2")
    shapings = [Shaping(), Shaping(top_k=5), Shaping(top_p=0.7), Shaping(min_p=0.1), Shaping(repetition_penalty=1.5)]
    shapings.append(Shaping(top_k=20, top_p=0.9, min_p=0.01, repetition_penalty=1.1))
    requests = [request("x", t, i, new=20, shaping=s) for t in (0.0, 0.8, 2.0) for i, s in enumerate(shapings)]
    found = drawn(model, requests, batch_size=7)
    for wanted, each in zip(requests, found, strict=True):
        assert_same(each, specified(model, wanted))
    assert found[0] != found[4]  # greedy, without and with a penalty: not the same row


def test_a_finished_definition_ends_a_sample(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    model = tiny("llama")
    spell = ["\n", "    x", "return 1", " # "]
    monkeypatch.setattr(model, "decode", lambda ids: "".join(spell[each % len(spell)] for each in ids))
    requests = [request("x", 2.0, i, new=100, stop_after_definition=i > 1, stop=["# #"]) for i in range(30)]
    found = drawn(model, requests, batch_size=5)
    for wanted, each in zip(requests, found, strict=True):
        assert_same(each, specified(model, wanted))
    ended = [each for each in found if each.stop_reason is StopReason.DEFINITION]
    assert ended
    for each in ended:
        rest = model.decode(each.tokens.ids).removeprefix(each.text)
        assert each.text.endswith("\n")
        assert rest
        assert not rest[0].isspace()
    assert StopReason.DEFINITION not in {each.stop_reason for each in found[:2]}  # did not ask for it


def test_the_most_likely_tokens_are_recorded_where_asked(tiny: Tiny) -> None:
    model = tiny("llama")
    requests = [request("x", 0.8, i, new=6, top_logprobs=k) for i, k in enumerate([0, 3, 400, 1])]
    found = drawn(model, requests, batch_size=3)
    for wanted, each in zip(requests, found, strict=True):
        assert_same(each, specified(model, wanted))
    assert found[0].tokens.top_ids == ()
    assert {len(top) for top in found[1].tokens.top_ids} == {3}
    assert {len(top) for top in found[2].tokens.top_ids} == {len(model.tokenizer)}


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


LONG = "def shared_beginning(of, several, prompts):\n    # Long enough to be worth it.\n    "


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_prompts_that_begin_alike_draw_what_they_draw_alone(
    tiny: Tiny, architecture: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tiny(architecture)
    read: list[int] = []
    forward = model.network.module.forward

    def counted(**inputs: torch.Tensor) -> object:
        read.append(inputs["input_ids"].shape[1])
        return forward(**inputs)

    monkeypatch.setattr(model.network.module, "forward", counted)
    prompts = [LONG + "x", LONG + "yz", LONG, "other", "other, too short a beginning"]
    requests = [request(p, t, i, new=8) for p in prompts for t in (0.0, 0.8, 1.5) for i in range(3)]
    found = drawn(model, requests, batch_size=9)
    monkeypatch.undo()
    for wanted, each in zip(requests, found, strict=True):
        assert_same(each, specified(model, wanted))
    lengths = [len(model.encode(prompt)) for prompt in prompts]
    anew = lengths if architecture == "lfm2" else [lengths[0], 2, 1, *lengths[3:]]  # states have no beginnings
    assert [length for length in read if length > 1] == [length for length in anew if length > 1]


def test_rows_of_one_prompt_attend_to_it_together_where_the_model_allows(tiny: Tiny) -> None:
    shares = {}
    for architecture in ARCHITECTURES:
        model = tiny(architecture)
        drawn(model, GRID, batch_size=8)
        shares[architecture] = model.network._shares
    # None: windows and states are left to transformers, untried; bloom chooses its attention itself.
    expected = {"llama": True, "qwen2": True, "gpt2": True, "gemma2": None, "mistral": None, "bloom": False}
    assert shares == expected | {"lfm2": None}


def test_windows_that_are_never_reached_do_not_matter(tmp_path: Path) -> None:
    model = TransformersModel(save_tiny(tmp_path, "mistral", sliding_window=300), dtype="fp32", device="cpu")
    for wanted, found in zip(GRID, drawn(model, GRID, batch_size=8), strict=True):
        assert_same(found, specified(model, wanted))
    assert model.network._shares is True


def test_a_model_that_treats_keys_otherwise_is_found_out(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    model = TransformersModel(tiny("llama").folder, dtype="fp32", device="cpu")
    true = SharedLayer.attend
    monkeypatch.setattr(SharedLayer, "attend", lambda self, query, scaling: true(self, query, scaling * 1.5))
    assert drawn(model, GRID, batch_size=8) == drawn(model, GRID, batch_size=8)
    assert model.network._shares is False
    for wanted, found in zip(GRID, drawn(model, GRID, batch_size=8), strict=True):
        assert_same(found, specified(model, wanted))


@pytest.mark.parametrize("fits", [1, 3])
def test_an_allocation_that_fails_halves_the_batch_and_changes_no_draw(tiny: Tiny, fits: int) -> None:
    model = TransformersModel(tiny("llama").folder, dtype="fp32", device="cpu")
    forward, sizes = model.network.module.forward, []

    def limited(**inputs: torch.Tensor) -> object:
        sizes.append(len(inputs["input_ids"]))
        if sizes[-1] > fits:
            torch.empty(2**60)  # the allocator's own refusal
        return forward(**inputs)

    model.network.module.forward = limited
    found = drawn(model, GRID, batch_size=12)
    model.network.module.forward = forward
    for wanted, each in zip(GRID, found, strict=True):
        assert_same(each, specified(model, wanted))
    assert model.network.largest == fits  # 12, 6, 3, 1
    refused = [size for size in sizes if size > fits]
    assert len(refused) == {1: 3, 3: 2}[fits]
    drawn(model, GRID[:6], batch_size=12)  # the next requests begin with what memory allowed


def test_memory_that_ends_while_a_prompt_is_read_loses_no_request(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    model = TransformersModel(tiny("llama").folder, dtype="fp32", device="cpu")
    forward, failures = model.network.module.forward, iter([False, False, MemoryError, False, False, RuntimeError])

    def sometimes(**inputs: torch.Tensor) -> object:
        failure = next(failures, False) if inputs["input_ids"].shape[1] > 1 else False
        if failure is MemoryError:
            raise MemoryError
        if failure:
            torch.empty(2**60)
        return forward(**inputs)

    monkeypatch.setattr(model.network.module, "forward", sometimes)
    prompts = [f"prompt number {number}" for number in range(6)]
    requests = [request(prompt, 1.0, index) for prompt in prompts for index in range(2)]
    found = drawn(model, requests, batch_size=8)
    assert next(failures, "all met") == "all met"
    monkeypatch.undo()
    assert [each.tokens.ids for each in found] == [specified(model, each).tokens.ids for each in requests]


def test_too_little_memory_for_one_sample_is_one_clear_line(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    model = TransformersModel(tiny("llama").folder, dtype="fp32", device="cpu")
    monkeypatch.setattr(model.network.module, "forward", lambda **_: torch.empty(2**60))
    with pytest.raises(ModelUnavailable, match="not enough for one sample at a time"):
        list(model.generate([request("x", 1.0, i) for i in range(4)]))


def test_other_errors_of_a_network_are_not_taken_for_a_lack_of_memory(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = TransformersModel(tiny("llama").folder, dtype="fp32", device="cpu")
    monkeypatch.setattr(model.network.module, "forward", lambda **_: torch.ones(2) @ torch.ones(3))
    with pytest.raises(RuntimeError, match="size"):
        list(model.generate([request("x", 1.0)]))


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


def test_batch_size_follows_the_free_memory(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    model = tiny("llama")
    per_row = 100 * 2 * 2 * 2 * 8 * 4 + len(model.tokenizer) * 40
    monkeypatch.setattr("evalkit.models.transformers.free_memory", lambda device: per_row * 10)
    assert model._rows_at_once(100) == 5
    monkeypatch.setattr("evalkit.models.transformers.free_memory", lambda device: 10)
    assert model._rows_at_once(100) == 1


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
        model.network.module.lm_head.weight.fill_(float("nan"))
    with pytest.raises(ConfigError, match="not numbers"):
        list(model.generate([request("x", 1.0)]))


@pytest.mark.model
@pytest.mark.slow
def test_the_starter_model_equals_the_specification(starter: TransformersModel) -> None:
    prompts = ["def add(a, b):\n", starter.render(Prompt("chat", "Write a haiku."))]
    requests = [request(p, t, new=6) for p in prompts for t in TEMPERATURES]
    for wanted, found in zip(requests, drawn(starter, requests, batch_size=6), strict=True):
        assert_same(found, specified(starter, wanted), tolerance=2e-3)
