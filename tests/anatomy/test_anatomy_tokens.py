"""Tokens: ids, bytes and merges are those of the tokenizer; surprise is the model's."""

import math
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_models import byte_tokenizer
from tokenizers import Tokenizer, pre_tokenizers
from tokenizers import models as kinds
from transformers import PreTrainedTokenizerFast

from evalkit.anatomy.merges import BytePairs, kind_of
from evalkit.anatomy.reading import Reading, read
from evalkit.anatomy.spellings import names_in, spellings
from evalkit.anatomy.tokens import tokens
from evalkit.models.tokenization import Tokenization
from evalkit.models.transformers import TransformersModel

Invoke = Callable[..., tuple[int, str]]
TINY = Tokenization(byte_tokenizer(), "tiny")
RULES = BytePairs.of(TINY.tokenizer)


def test_merges_are_applied_in_the_order_they_were_learned() -> None:
    assert RULES is not None
    merged = RULES.merge("retdef")
    assert merged.characters == tuple("retdef")
    steps = [(each.left, each.right, each.rank, each.pieces) for each in merged.merges]
    assert steps == [
        ("r", "e", 0, ("re", "t", "d", "e", "f")),
        ("re", "t", 1, ("ret", "d", "e", "f")),
        ("d", "e", 3, ("ret", "de", "f")),
        ("de", "f", 4, ("ret", "def")),
    ]
    assert merged.tokens == ("ret", "def")


@settings(deadline=None)  # the first call parses the vocabulary
@given(st.text(alphabet="retdfxy \nĠé😀", max_size=24))
def test_merging_gives_the_tokenizers_own_tokens(text: str) -> None:
    assert RULES is not None
    pieces = [token for word in RULES.words(text) for token in RULES.merge(word).tokens]
    assert TINY.tokenizer.convert_tokens_to_ids(pieces) == TINY.encode(text)


@settings(deadline=None)
@given(st.text(max_size=24))
def test_bytes_of_all_tokens_are_those_of_the_text(text: str) -> None:
    found = tokens(TINY, text, (), Reading())
    assert b"".join(each.bytes for each in found.tokens) == text.encode()
    assert [each.id for each in found.tokens] == TINY.encode(text)


def test_surprise_is_minus_log2_of_the_models_probability(tiny_model: TransformersModel) -> None:
    text = "def f(x):\n    return x\n" * 20  # several pieces
    ids = tiny_model.encode(text)
    assert len(ids) > 128
    found = tokens(tiny_model, text, (), read(tiny_model, ids))
    with torch.inference_mode():
        logits = tiny_model.network.module(input_ids=torch.tensor([ids]), use_cache=False).logits[0].double()
    for at in (1, 5, 127, 128, 129, len(ids) - 1):
        expected = -math.log2(logits[at - 1].softmax(0)[ids[at]])
        assert found.tokens[at].bits == pytest.approx(expected, abs=1e-4)
    assert found.tokens[0].bits is None
    assert text[found.tokens[4].start : found.tokens[4].end] == found.tokens[4].text


def test_other_tokenizers_say_what_they_are() -> None:
    backend = Tokenizer(kinds.WordLevel({"def": 0, "?": 1}, unk_token="?"))
    backend.pre_tokenizer = pre_tokenizers.Whitespace()
    other = Tokenization(PreTrainedTokenizerFast(tokenizer_object=backend), "words")
    assert BytePairs.of(other.tokenizer) is None
    assert kind_of(other.tokenizer).startswith("WordLevel: no merges")
    found = tokens(other, "def def", (), Reading())
    assert found.words == ()
    assert [each.bytes for each in found.tokens] == [b"def", b"def"]
    assert kind_of(object()) == "object: not byte pairs, so there are no merges to show"


def test_a_name_in_every_style_costs_what_the_tokenizer_says() -> None:
    found = {each.style: each for each in spellings(TINY, ["connection_pool_size"])}
    assert found["abbreviated"].spelt == "cnnPl_sz"
    assert found["camelCase"].spelt == "connectionPoolSize"
    assert len(found["abbreviated"].pieces) == len(TINY.encode(" cnnPl_sz")) == 9
    assert found["single_letters"].spelt == "c"
    assert set(found) >= {"snake_case", "PascalCase", "SCREAMING_SNAKE", "opaque", "misleading", "verbose"}


def test_names_are_found_in_signatures_even_of_broken_code() -> None:
    assert names_in("class A:\n    async def get_it(self, page_size, *, dry_run=0): (\n") == (
        "get_it",
        "page_size",
        "dry_run",
    )
    assert names_in("def f(: x y)\n") == ()


def test_the_command_shows_them(tiny_folder: Path, anatomy: Invoke) -> None:
    code, output = anatomy("ret xy [bold]\n", "--model", tiny_folder, "--section", "tokens", "--names", "max_size")
    assert code == 0, output
    assert "72 65 74" in output
    assert "mxSz" in output
    assert "cnnPl_sz" not in output
