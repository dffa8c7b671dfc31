"""A model's tokenizer by itself: it splits texts as the model does, and needs no weights."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_models import byte_tokenizer, save_tiny

from evalkit.errors import ConfigError, ModelUnavailable
from evalkit.models import load_model, load_tokenization
from evalkit.models.tokenization import Tokenization
from evalkit.types import Prompt

TOKENIZATION = Tokenization(byte_tokenizer(), "bytes")


def test_pieces_are_the_texts_of_the_tokens() -> None:
    assert TOKENIZATION.pieces("return xy") == ("ret", "u", "r", "n", " ", "xy")
    assert TOKENIZATION.pieces("") == ()


@settings(deadline=None)
@given(st.text())
def test_pieces_are_as_many_as_the_tokens(text: str) -> None:
    assert len(TOKENIZATION.pieces(text)) == TOKENIZATION.count_tokens(text)


@settings(deadline=None)
@given(st.text("abcdefghijklmnopqrstuvwxyz_ÄßΩ0123456789"))
def test_pieces_of_whole_characters_join_to_the_text(text: str) -> None:
    pieces = TOKENIZATION.pieces(text)
    assert "".join(pieces) == text or any("\ufffd" in piece or not piece for piece in pieces)


def test_a_folder_without_weights_counts_what_the_whole_model_counts(tmp_path: Path) -> None:
    folder = save_tiny(tmp_path / "tiny", "llama")
    model, prompt = load_model(str(folder), dtype="fp32"), Prompt("chat", "def f", prefill="```", system="Code.")
    rendered = model.render(prompt)
    (folder / "model.safetensors").unlink()
    alone = load_tokenization(str(folder))
    assert (alone.name, alone.render(prompt)) == ("tiny", rendered)
    assert alone.count_tokens(rendered) == model.count_tokens(rendered)


def test_a_model_without_a_tokenizer_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"^Model 'scripted' has no tokenizer of its own; give a starter model"):
        load_tokenization("scripted")
    with pytest.raises(ModelUnavailable, match=r"^Cannot load a model from .*empty: "):
        (tmp_path / "empty").mkdir()
        load_tokenization(str(tmp_path / "empty"))
    with pytest.raises(ModelUnavailable, match=r"^There is no model at ./nothing.gguf: "):
        load_tokenization("./nothing.gguf")
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF nothing")
    with pytest.raises(ModelUnavailable, match=r"^Cannot read the tokenizer of .*broken.gguf: "):
        load_tokenization(str(broken))
