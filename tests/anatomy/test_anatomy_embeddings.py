"""Vectors of words: cosines by hand, neighbours that are there, and the note."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from evalkit.anatomy.embeddings import CONTEXT, REFERENCE, embeddings, plane
from evalkit.models.transformers import TransformersModel

Invoke = Callable[..., tuple[int, str]]
WORDS = ("ret", "def", "xy", "ret_def")


def test_cosines_are_those_of_pooled_and_centred_rows(tiny_model: TransformersModel) -> None:
    found = embeddings(tiny_model, WORDS)
    matrix = tiny_model.network.module.get_input_embeddings().weight.detach().double().numpy()
    common = matrix.mean(axis=0)  # the vocabulary is smaller than the sample
    vectors = [matrix[tiny_model.encode(" " + word)].mean(axis=0) - common for word in WORDS]
    for row, one in enumerate(vectors):
        for column, other in enumerate(vectors):
            expected = one @ other / np.linalg.norm(one) / np.linalg.norm(other)
            assert found.input.cosines[row, column] == pytest.approx(expected, abs=1e-5)
    best, cosine = found.words[0].nearest[0]
    every = [(v - common) @ vectors[0] / np.linalg.norm(v - common) / np.linalg.norm(vectors[0]) for v in matrix]
    assert cosine == pytest.approx(max(every), abs=1e-5)
    assert best == tiny_model.decode([int(np.argmax(every))])


def test_hidden_states_are_those_of_the_last_token(tiny_model: TransformersModel) -> None:
    found = embeddings(tiny_model, WORDS)

    def state(word: str) -> torch.Tensor:
        ids = torch.tensor([tiny_model.encode(CONTEXT.format(word=word))])
        with torch.inference_mode():
            return tiny_model.network.module.model(input_ids=ids).last_hidden_state[0, -1].double()

    common = torch.stack([state(word) for word in REFERENCE]).mean(dim=0)
    one, other = state("ret") - common, state("xy") - common
    expected = float(one @ other / one.norm() / other.norm())
    assert found.context.cosines[0, 2] == pytest.approx(expected, abs=1e-4)


def test_a_map_keeps_what_lies_in_a_plane() -> None:
    rows = np.array([[1.0, 0, 0, 5], [0, 2.0, 0, 5], [3.0, 4.0, 0, 5], [-1.0, 1.0, 0, 5]])
    places, shown = plane(rows)
    assert shown == pytest.approx(1)
    for one in range(4):
        for other in range(4):
            flat = np.linalg.norm(np.subtract(places[one], places[other]))
            assert flat == pytest.approx(np.linalg.norm(rows[one] - rows[other]))
    assert plane(rows[:2]) == ([(0.0, 0.0)] * 2, 0.0)


def test_the_command_shows_them_with_the_note(tiny_folder: Path, anatomy: Invoke) -> None:
    code, output = anatomy("ret", "--model", tiny_folder, "--section", "embeddings", "--words", "ret,xy,banana")
    assert code == 0, output
    assert "nearest vocabulary tokens" in output
    assert "banana" in output
    assert "a nearness says nothing of why" in output
