"""Section 2: words as vectors: which lie near each other before the model has read anything, and after.

Two vectors for each word: the mean of its tokens' input embeddings, and the hidden state of its last token after the
last layer, in the neutral context CONTEXT. Both have the mean over a reference set taken off before cosines are
compared: without that, hidden states of any two words have a cosine near 1 (Ethayarajh 2019, arXiv 1909.00512).
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from evalkit.models.transformers import TransformersModel

CONTEXT = "The next word is {word}"
WORDS = ("psycopg2", "pg8000", "sqlite3", "requests", "urllib", "banana", "apple")
# Common words that have little to do with each other: their vectors' mean is taken off, their cosines are the level.
REFERENCE = (
    "house river music doctor yellow seven morning paper running quickly against function number string list file "
    "window table coffee market science planet simple open return result value error class thread"
).split()
NEAREST = 6
SAMPLED = 400  # vocabulary tokens that stand for all of them
NOTE = (
    "A cosine says that two vectors point alike; the model was trained to predict tokens, not to place words. Words "
    "that are split into the same pieces lie near each other for that reason alone, rare tokens were hardly trained, "
    "and a nearness says nothing of why: that a model may write one for the other must be measured on what it draws."
)

Vectors = NDArray[np.float64]


@dataclass(frozen=True)
class Word:
    """A word, its tokens, the vocabulary tokens nearest to its input vector (with cosines), and its places on the two
    maps."""

    word: str
    pieces: tuple[str, ...]
    nearest: tuple[tuple[str, float], ...]
    input_place: tuple[float, float]
    context_place: tuple[float, float]


@dataclass(frozen=True)
class Space:
    """Cosines between the words (rows and columns in their order), the mean cosine of words that have nothing to do
    with each other with its standard deviation, and the variance that the two directions of the map hold."""

    name: str
    cosines: Vectors
    level: float
    spread: float
    shown: float


@dataclass(frozen=True)
class Embeddings:
    """The words with both spaces."""

    words: tuple[Word, ...]
    input: Space
    context: Space
    width: int
    note: str = NOTE


def embeddings(model: TransformersModel, words: Sequence[str]) -> Embeddings:
    """Both vectors of each word; at least three words make a map."""
    words = tuple(dict.fromkeys(words))
    matrix = model.network.module.get_input_embeddings().weight.detach()
    rows = random.Random(0).sample(range(len(matrix)), min(SAMPLED, len(matrix)))
    common = matrix[rows].float().mean(dim=0)
    pooled = torch.stack([_pooled(model, matrix, word) for word in words]) - common
    sampled = matrix[rows].float() - common
    contextual = _in_context(model, (*words, *REFERENCE))
    contextual = contextual - contextual[len(words) :].mean(dim=0)
    of_input = _space("input embeddings", pooled, sampled)
    of_context = _space(
        f"last token in '{CONTEXT.format(word='...')}'", contextual[: len(words)], contextual[len(words) :]
    )
    near = _nearest(matrix, common, pooled, lambda token: model.decode([token]))
    places = zip(words, near, of_input[1], of_context[1], strict=True)
    found = tuple(Word(word, model.pieces(" " + word), each, a, b) for word, each, a, b in places)
    return Embeddings(found, of_input[0], of_context[0], matrix.shape[1])


def _pooled(model: TransformersModel, matrix: torch.Tensor, word: str) -> torch.Tensor:
    """The mean of its tokens' rows; after a space, where words mostly stand."""
    ids = torch.tensor(model.encode(" " + word), device=matrix.device)
    return matrix[ids].float().mean(dim=0)


@torch.inference_mode()
def _in_context(model: TransformersModel, words: Sequence[str]) -> torch.Tensor:
    """(words, width): one pass for all. Shorter rows are filled up at their end, which causal attention never sees."""
    rows = [model.encode(CONTEXT.format(word=word)) for word in words]
    longest = max(map(len, rows))
    ids = torch.tensor([row + [0] * (longest - len(row)) for row in rows], device=model.network.device)
    inputs = {"output_hidden_states": True, "use_cache": False, "logits_to_keep": 1}
    kept = {name: value for name, value in inputs.items() if name in model.network.accepts or "hidden" in name}
    states = model.network.module(input_ids=ids, **kept).hidden_states[-1].float()
    return torch.stack([state[len(row) - 1] for state, row in zip(states, rows, strict=True)])


def _space(name: str, vectors: torch.Tensor, reference: torch.Tensor) -> tuple[Space, list[tuple[float, float]]]:
    level = cosines(reference)
    apart = level[np.triu_indices(len(level), 1)]
    places, shown = plane(cosine_rows(vectors))
    return Space(name, cosines(vectors), float(apart.mean()), float(apart.std()), shown), places


def cosine_rows(vectors: torch.Tensor) -> Vectors:
    """Each row divided by its length; a row of zeros stays."""
    values = vectors.detach().cpu().double().numpy()
    lengths = np.linalg.norm(values, axis=1, keepdims=True)
    result: Vectors = values / np.where(lengths > 0, lengths, 1.0)
    return result


def cosines(vectors: torch.Tensor) -> Vectors:
    """The cosine of each pair of rows.

    >>> cosines(torch.tensor([[1.0, 0.0], [3.0, 3.0]])).round(4).tolist()
    [[1.0, 0.7071], [0.7071, 1.0]]
    """
    rows = cosine_rows(vectors)
    result: Vectors = rows @ rows.T
    return result


def plane(rows: Vectors) -> tuple[list[tuple[float, float]], float]:
    """Places on the two directions of most variance (principal components), and the share of it that they hold."""
    from sklearn.decomposition import PCA

    if len(rows) < 3:
        return [(0.0, 0.0)] * len(rows), 0.0
    fitted = PCA(n_components=2, svd_solver="full").fit(rows)
    places = [(float(x), float(y)) for x, y in fitted.transform(rows)]
    return places, float(fitted.explained_variance_ratio_.sum())


def _nearest(
    matrix: torch.Tensor, common: torch.Tensor, vectors: torch.Tensor, text_of: Callable[[int], str]
) -> list[tuple[tuple[str, float], ...]]:
    """For each vector the vocabulary tokens with the largest cosine, block by block of the vocabulary."""
    blocks = (matrix[start : start + 8192].float() - common for start in range(0, len(matrix), 8192))
    directions = torch.nn.functional.normalize(vectors, dim=1).T
    parts = [torch.nn.functional.normalize(block, dim=1) @ directions for block in blocks]
    values, tokens = torch.cat(parts).topk(min(NEAREST, len(matrix)), dim=0)
    columns = zip(values.T.tolist(), tokens.T.tolist(), strict=True)
    return [tuple((text_of(token), value) for value, token in zip(*column, strict=True)) for column in columns]
