"""Tiny random-weight models, requests for them, and what the specification draws from them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from numpy.typing import NDArray
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast
from transformers.utils import logging

from evalkit import sampling
from evalkit.models.batch import Settings
from evalkit.models.decoding import decode_batched
from evalkit.models.rows import plan
from evalkit.models.stops import continuation
from evalkit.models.transformers import TransformersModel
from evalkit.types import Cell, Completion, Request, SampleKey

torch.set_num_threads(1)  # tiny models gain nothing from more, and threads that wait for each other lose much
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
MERGES = [("r", "e"), ("re", "t"), ("Ġ", "Ġ"), ("d", "e"), ("de", "f"), ("Ċ", "def"), ("x", "y")]
TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
SIZES = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4}
ARCHITECTURES: dict[str, tuple[str, dict[str, Any]]] = {
    "llama": ("LlamaConfig", SIZES | {"num_key_value_heads": 2, "max_position_embeddings": 256}),
    "qwen2": ("Qwen2Config", SIZES | {"num_key_value_heads": 2, "max_position_embeddings": 256}),
    "gpt2": ("GPT2Config", {"n_embd": 32, "n_layer": 2, "n_head": 4, "n_positions": 256}),
    "gemma2": (
        "Gemma2Config",
        SIZES | {"num_key_value_heads": 2, "head_dim": 8, "sliding_window": 5, "max_position_embeddings": 256},
    ),
    "mistral": (
        "MistralConfig",
        SIZES | {"num_key_value_heads": 2, "sliding_window": 6, "max_position_embeddings": 256},
    ),
    "bloom": ("BloomConfig", {"hidden_size": 32, "n_layer": 2, "n_head": 4}),  # positions from the mask alone
    "lfm2": (
        "Lfm2Config",
        SIZES | {"num_key_value_heads": 2, "max_position_embeddings": 256, "layer_types": ["conv", "full_attention"]},
    ),
    "mamba": ("MambaConfig", {"hidden_size": 32, "num_hidden_layers": 2, "state_size": 8}),  # a cache of another name
    "recurrent_gemma": (  # states in the modules themselves
        "RecurrentGemmaConfig",
        SIZES | {"num_hidden_layers": 3, "num_key_value_heads": 1, "attention_window_size": 16, "lru_width": 32},
    ),
    "gpt": ("OpenAIGPTConfig", {"n_embd": 32, "n_layer": 2, "n_head": 4, "n_positions": 256}),  # no cache
}


def byte_tokenizer() -> PreTrainedTokenizerFast:
    """Every byte is a token, and a few merges make longer ones."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    names = [*SPECIAL, *alphabet, *("".join(pair) for pair in MERGES)]
    backend = Tokenizer(models.BPE({name: i for i, name in enumerate(names)}, MERGES))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    backend.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=backend, eos_token="<|im_end|>")
    tokenizer.add_special_tokens({"additional_special_tokens": SPECIAL[:2]})
    tokenizer.chat_template = TEMPLATE
    return tokenizer


def save_tiny(folder: Path, architecture: str, **changes: Any) -> Path:
    """A folder with a random-weight model whose distributions are far from uniform."""
    kind, values = ARCHITECTURES[architecture]
    tokenizer = byte_tokenizer()
    ends = {"eos_token_id": 0, "bos_token_id": None, "pad_token_id": None}
    config = getattr(transformers, kind)(**{"vocab_size": len(tokenizer), **ends, **values, **changes})
    torch.manual_seed(0)
    network = AutoModelForCausalLM.from_config(config)
    with torch.no_grad():
        for parameter in network.parameters():
            if parameter.ndim > 1:
                parameter.normal_(std=3.0 / parameter.shape[-1] ** 0.5)
    logging.disable_progress_bar()
    network.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def request(
    prompt: str, temperature: float, index: int = 0, new: int = 12, stop: Sequence[str] = (), **options: Any
) -> Request:
    """A request for one sample of a task named by its prompt."""
    key = SampleKey(prompt[:20], Cell("m", temperature, "snake_case", "plain"), index)
    return Request(key, prompt, seed=5, max_new_tokens=new, stop=tuple(stop), **options)


PROMPTS = ["def f(x):\n    ", "x", "a much longer prompt, so that rows start at different columns\n" * 2]
TEMPERATURES = [0.0, 0.2, 0.8, 1.0, 2.0]
GRID = [request(p, t, i) for p in PROMPTS for t in TEMPERATURES for i in range(2)]


def drawn(model: TransformersModel, requests: list[Request], batch_size: int, **settings: Any) -> list[Completion]:
    """What the engine draws, in the order of the requests."""
    groups = plan(requests, model.encode, model.decode)
    found = dict(decode_batched(model.network, groups, Settings(batch_size, 256, model.eos, **settings)))
    assert sorted(found) == list(range(len(requests)))
    return [found[position] for position in range(len(requests))]


def specified(model: TransformersModel, wanted: Request) -> Completion:
    """What the specification draws: no cache, one row, NumPy."""
    prompt_ids = model.encode(wanted.prompt)

    def logits_of(ids: Sequence[int]) -> NDArray[np.float32]:
        with torch.inference_mode():
            logits = model.network.module(input_ids=torch.tensor([list(ids)]), use_cache=False).logits
        return logits[0, -1].float().numpy()

    return sampling.generate(
        logits_of,
        model.encode,
        lambda ids: continuation(model.decode, prompt_ids, ids),
        wanted.prompt,
        temperature=wanted.key.cell.temperature,
        uniforms=sampling.uniforms(wanted.seed, wanted.key, wanted.max_new_tokens),
        max_new_tokens=wanted.max_new_tokens,
        eos=model.eos,
        stop=wanted.stop,
        shaping=wanted.shaping,
        stop_after_definition=wanted.stop_after_definition,
        top_logprobs=wanted.top_logprobs,
    )


def border_distance(model: TransformersModel, wanted: Request, ids: Sequence[int]) -> float:
    """How far the uniform of the draw after `ids` is from the nearest border between two tokens."""
    with torch.inference_mode():
        logits = model.network.module(torch.tensor([[*model.encode(wanted.prompt), *ids]]), use_cache=False).logits
    borders = (logits[0, -1].double() / wanted.key.cell.temperature).softmax(-1).cumsum(-1)
    uniform = sampling.uniforms(wanted.seed, wanted.key, len(ids) + 1)[-1]
    return float((borders - uniform).abs().min())


def assert_same(found: Completion, expected: Completion, tolerance: float = 1e-4) -> None:
    """Exactly the same tokens and text; measures within rounding."""
    assert found.tokens.ids == expected.tokens.ids
    assert (found.text, found.stop_reason) == (expected.text, expected.stop_reason)
    assert found.prompt_tokens == expected.prompt_tokens
    assert found.tokens.ends == expected.tokens.ends
    assert found.tokens.ranks == expected.tokens.ranks
    assert_same_order(found, expected, tolerance)
    for name in ("top_logprobs", "logprobs", "drawn_logprobs", "entropies"):
        np.testing.assert_allclose(
            getattr(found.tokens, name), getattr(expected.tokens, name), atol=tolerance, rtol=tolerance
        )


def assert_same_order(found: Completion, expected: Completion, tolerance: float) -> None:
    """The same most likely tokens one after the other; rounding may exchange those that are as likely as each other."""
    assert [len(ids) for ids in found.tokens.top_ids] == [len(ids) for ids in expected.tokens.top_ids]
    for ids, others, logprobs in zip(
        found.tokens.top_ids, expected.tokens.top_ids, expected.tokens.top_logprobs, strict=True
    ):
        assert len(set(ids)) == len(ids)
        likely = dict(zip(others, logprobs, strict=True))
        for place, each in enumerate(ids):  # one that is not among them took the place of the last
            assert abs(likely.get(each, logprobs[-1]) - logprobs[place]) <= tolerance * (1 + abs(logprobs[place]))
