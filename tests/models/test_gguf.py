"""A GGUF file becomes a folder once, and the folder holds the same model."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import gguf
import numpy as np
import pytest
import torch
from tiny_models import MERGES, SPECIAL, byte_tokenizer, request

from evalkit.errors import ModelUnavailable
from evalkit.models import gguf as conversion
from evalkit.models import load_model, model_name, packing
from evalkit.models.gguf import converted_folder
from evalkit.models.llama_cpp import LlamaCppModel
from evalkit.models.transformers import TransformersModel

HIDDEN, INNER, HEADS, KEY_HEADS, SIZE = 32, 64, 4, 2, 8


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of this test's own."""
    monkeypatch.setenv("EVALKIT_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def write_gguf(file: Path, output: str = "absent", pre: str = "smollm") -> dict[str, np.ndarray]:
    """A Llama of one layer, as llama.cpp stores it. Returns its weights."""
    tokens = [token for token, _ in sorted(byte_tokenizer().get_vocab().items(), key=lambda pair: pair[1])]
    draws = np.random.default_rng(0)

    def weight(*shape: int) -> np.ndarray:
        return draws.normal(size=shape).astype(np.float32) * 0.3

    weights = {
        "token_embd.weight": weight(len(tokens), HIDDEN),
        "output_norm.weight": weight(HIDDEN),
        "blk.0.attn_norm.weight": weight(HIDDEN),
        "blk.0.ffn_norm.weight": weight(HIDDEN),
        "blk.0.attn_q.weight": weight(HEADS * SIZE, HIDDEN),
        "blk.0.attn_k.weight": weight(KEY_HEADS * SIZE, HIDDEN),
        "blk.0.attn_v.weight": weight(KEY_HEADS * SIZE, HIDDEN),
        "blk.0.attn_output.weight": weight(HIDDEN, HEADS * SIZE),
        "blk.0.ffn_gate.weight": weight(INNER, HIDDEN),
        "blk.0.ffn_up.weight": weight(INNER, HIDDEN),
        "blk.0.ffn_down.weight": weight(HIDDEN, INNER),
    }
    if output != "absent":
        equal = weights["token_embd.weight"]
        weights["output.weight"] = equal.copy() if output == "equal" else weight(*equal.shape)
    writer = gguf.GGUFWriter(file, "llama")
    writer.add_context_length(128)
    writer.add_embedding_length(HIDDEN)
    writer.add_block_count(1)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KEY_HEADS)
    writer.add_rope_freq_base(10000.0)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(pre)
    writer.add_token_list(tokens)
    writer.add_token_types([3 if token in SPECIAL else 1 for token in tokens])
    writer.add_token_merges([" ".join(pair) for pair in MERGES])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_chat_template("{% for m in messages %}{{ m['content'] }}<|im_end|>{% endfor %}")
    for name, values in weights.items():
        writer.add_tensor(name, values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return weights


def test_a_file_loads_by_its_path_with_weights_and_special_tokens(tmp_path: Path) -> None:
    file = tmp_path / "tiny-q.gguf"
    weights = write_gguf(file)
    model = load_model(str(file), dtype="fp32", device="cpu")
    assert isinstance(model, TransformersModel)
    assert model.name == model_name(str(file)) == "tiny-q"
    inner = model.network.module.model
    np.testing.assert_array_equal(inner.embed_tokens.weight.numpy(force=True), weights["token_embd.weight"])
    np.testing.assert_array_equal(
        inner.layers[0].mlp.down_proj.weight.numpy(force=True), weights["blk.0.ffn_down.weight"]
    )
    assert model.eos == {0, 2}  # what the file states, and <|endoftext|> by its spelling
    assert model.tokenizer.bos_token_id == 1
    assert model.encode("def<|im_end|>") == byte_tokenizer()("def<|im_end|>")["input_ids"]
    assert model.decode([2, 0]) == "<|im_end|><|endoftext|>"
    assert model.context_length == 128
    assert len(list(model.generate([request("x", 1.0, new=3)]))) == 1


def test_the_header_says_how_long_a_context_may_be(tmp_path: Path) -> None:
    write_gguf(tmp_path / "a.gguf")
    header = conversion.read_header(tmp_path / "a.gguf")
    assert (header.context_length, header.ends) == (128, {0, 2})


@pytest.mark.skipif(importlib.util.find_spec("llama_cpp") is None, reason="llama-cpp-python is not installed")
def test_llama_cpp_draws_from_a_file_as_transformers_does(tmp_path: Path) -> None:
    write_gguf(tmp_path / "a.gguf")
    own, other = load_model(f"llama_cpp:{tmp_path / 'a.gguf'}"), load_model(str(tmp_path / "a.gguf"), dtype="fp32")
    assert own.describe()["context_length"] == 128
    requests = [request(prompt, at, new=8) for prompt in ("def f(a):", "def g(a):", "x") for at in (0.0, 0.8)]
    for (_, found), (_, expected) in zip(own.generate(requests), sorted(other.generate(requests)), strict=True):
        assert found.tokens.ids == expected.tokens.ids
        np.testing.assert_allclose(found.tokens.logprobs, expected.tokens.logprobs, atol=1e-2)


@pytest.mark.skipif(importlib.util.find_spec("llama_cpp") is None, reason="llama-cpp-python is not installed")
def test_llama_cpp_draws_temperature_0_once_for_all_indices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_gguf(tmp_path / "a.gguf")
    model = load_model(f"llama_cpp:{tmp_path / 'a.gguf'}")
    assert isinstance(model, LlamaCppModel)
    passes = []
    true = model._engine.logits_after
    monkeypatch.setattr(model._engine, "logits_after", lambda ids: passes.append(ids) or true(ids))
    found = [each for _, each in model.generate([request("def f", 0.0, index, new=4) for index in range(3)])]
    assert found[0] == found[1] == found[2]
    assert len(passes) == len(found[0].tokens.ids)
    assert model._engine._model.n_threads == len(os.sched_getaffinity(0))


def test_query_and_key_rows_are_put_back_in_order(tmp_path: Path) -> None:
    """llama.cpp stores Llama's rotary pairs side by side, transformers keeps two halves."""
    weights = write_gguf(tmp_path / "a.gguf")
    model = load_model(str(tmp_path / "a.gguf"), dtype="fp32", device="cpu")
    assert isinstance(model, TransformersModel)
    stored = weights["blk.0.attn_k.weight"].reshape(KEY_HEADS, SIZE // 2, 2, HIDDEN)
    expected = stored.swapaxes(1, 2).reshape(KEY_HEADS * SIZE, HIDDEN)
    found = model.network.module.model.layers[0].self_attn.k_proj.weight.numpy(force=True)
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(("output", "tied"), [("absent", True), ("equal", True), ("other", False)])
def test_the_output_matrix_is_shared_only_where_it_is_the_same(
    tmp_path: Path, output: str, tied: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packing, "pays", lambda *_: False)  # what is laid out for oneDNN is a copy
    weights = write_gguf(tmp_path / "a.gguf", output)
    model = load_model(str(tmp_path / "a.gguf"), dtype="fp32", device="cpu")
    assert isinstance(model, TransformersModel)
    module = model.network.module
    assert (module.lm_head.weight.data_ptr() == module.model.embed_tokens.weight.data_ptr()) is tied
    expected = weights["output.weight" if output == "other" else "token_embd.weight"]
    torch.testing.assert_close(module.lm_head.weight.detach(), torch.from_numpy(expected))


def test_digits_are_split_as_the_vocabulary_was_learned(tmp_path: Path) -> None:
    write_gguf(tmp_path / "a.gguf", pre="smollm")
    write_gguf(tmp_path / "b.gguf", pre="gpt-2")
    spaces = [load_model(str(tmp_path / name), device="cpu").count_tokens("  12") for name in ("a.gguf", "b.gguf")]
    assert spaces == [3, 4]  # both spaces in one token; or one space with each of what follows


def test_a_file_is_converted_once_by_content(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_gguf(tmp_path / "a.gguf")
    folder = converted_folder(tmp_path / "a.gguf")
    monkeypatch.setattr(conversion, "convert", lambda *_: pytest.fail("converted again"))
    assert converted_folder(tmp_path / "a.gguf") == folder
    (tmp_path / "a.gguf").rename(tmp_path / "moved.gguf")
    assert converted_folder(tmp_path / "moved.gguf") == folder
    origin = json.loads((folder / "evalkit.json").read_text())
    assert origin["file"] == "a.gguf"
    assert [each.name for each in (cache / "models").iterdir()] == [folder.name]


@pytest.mark.parametrize("content", [b"", b"not a model", b"GGUF" + b"\xff" * 200])
def test_a_damaged_file_is_named_and_leaves_nothing(tmp_path: Path, cache: Path, content: bytes) -> None:
    file = tmp_path / "bad.gguf"
    file.write_bytes(content)
    with pytest.raises(ModelUnavailable, match=r"Cannot convert .*bad\.gguf") as caught:
        converted_folder(file)
    assert "\n" not in str(caught.value)
    assert list((cache / "models").iterdir()) == []


def test_a_cut_off_file_is_named(tmp_path: Path) -> None:
    write_gguf(tmp_path / "a.gguf")
    whole = (tmp_path / "a.gguf").read_bytes()
    (tmp_path / "cut.gguf").write_bytes(whole[: len(whole) * 2 // 3])
    with pytest.raises(ModelUnavailable, match=r"Cannot convert .*cut\.gguf"):
        converted_folder(tmp_path / "cut.gguf")


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_gguf(tmp_path / "a.gguf")
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("EVALKIT_CACHE", str(tmp_path / "file"))
    with pytest.raises(ModelUnavailable, match="Set EVALKIT_CACHE"):
        converted_folder(tmp_path / "a.gguf")


@pytest.mark.parametrize("kind", ["Q8_0", "Q4_0", "F16"])
def test_reading_in_large_steps_reads_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    from transformers import modeling_gguf_pytorch_utils as loader
    from transformers.integrations.gguf import reader

    from evalkit.models import gguf_reading

    quantised = gguf.GGMLQuantizationType[kind]
    writer = gguf.GGUFWriter(tmp_path / "model.gguf", "llama")
    writer.add_array("tokenizer.ggml.tokens", ["a", "", "\u00e9\u2603", "<|im_end|>"])
    writer.add_array("tokenizer.ggml.scores", [0.5, -1.0, 0.0, 3.25])
    writer.add_array("tokenizer.ggml.token_type", [1, 2, 3, -4])
    writer.add_bool("tokenizer.ggml.add_bos_token", True)
    writer.add_block_count(1)
    values = np.random.default_rng(0).normal(size=(70, 64)).astype(np.float32)
    stored = values.astype(np.float16) if kind == "F16" else gguf.quantize(values, quantised)
    writer.add_tensor("token_embd.weight", stored, raw_dtype=quantised)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    file = str(tmp_path / "model.gguf")

    def read() -> tuple[object, object, np.ndarray]:
        found = gguf.GGUFReader(file)
        fields = {
            name: [loader._gguf_parse_value(field.parts[index], field.types) for index in field.data]
            for name, field in found.fields.items()
        }
        metadata, _ = reader.read_gguf_metadata(file, ("tokenizer.ggml.tokens",))
        [tensor] = found.tensors
        return fields, metadata, gguf.dequantize(tensor.data, tensor.tensor_type)

    fields, metadata, weights = read()
    monkeypatch.setattr(gguf_reading, "GROUP", 1000)  # several groups
    with gguf_reading.read_once():
        mine = read()
        assert gguf.GGUFReader(file) is gguf.GGUFReader(file)
    assert mine[0] == fields
    assert mine[1] == metadata
    np.testing.assert_array_equal(mine[2], weights)
    assert type(gguf.GGUFReader(file)) is gguf.GGUFReader  # put back


@pytest.mark.parametrize("way", ["converted_folder(Path(file))", "load_tokenization(file)", "load_model(file)"])
def test_how_threads_wait_is_settled_before_torch_is_imported(tmp_path: Path, way: str) -> None:
    write_gguf(tmp_path / "a.gguf")
    program = f"""
import os, sys
from pathlib import Path

class Watching:
    def find_spec(self, name, *_):
        if name == "torch":
            print(os.environ.get("OMP_WAIT_POLICY"), os.environ.get("GOMP_SPINCOUNT"))

sys.meta_path.insert(0, Watching())
from evalkit.models import load_model, load_tokenization
from evalkit.models.gguf import converted_folder
file = {str(tmp_path / "a.gguf")!r}
{way}
"""
    unset = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT")
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert set(done.stdout.splitlines()) == {"PASSIVE 10000"}
