"""The vectorised draw equals the specification's, row by row."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from evalkit.models import drawing
from evalkit.models.drawing import draw
from evalkit.sampling import measure, sample_next_token

UNIFORMS = st.one_of(st.floats(0, 1, exclude_max=True), st.sampled_from([0.0, 0.5, 1 - 2**-53]))


@given(
    st.integers(0, 2**32 - 1),
    st.lists(st.tuples(st.sampled_from([0.0, 1e-9, 0.2, 1.0, 2.0, 100.0]), UNIFORMS), min_size=1, max_size=6),
    st.sampled_from([0.0, 0.1, 3.0, 1e30]),
)
def test_rows_equal_the_specification(seed: int, rows: list[tuple[float, float]], spread: float) -> None:
    logits = (np.random.default_rng(seed).normal(size=(len(rows), 50)) * spread).astype(np.float32)
    logits[:, ::7] = -np.inf
    found = draw(torch.from_numpy(logits), [t for t, _ in rows], [u for _, u in rows])
    for values, (temperature, uniform), each in zip(logits, rows, found, strict=True):
        assert each.token == sample_next_token(values, temperature, uniform)
        np.testing.assert_allclose(each.measure, measure(values, each.token, temperature), rtol=1e-9, atol=1e-9)


def test_many_rows_are_drawn_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    logits = torch.randn(9, 40, generator=torch.Generator().manual_seed(0))
    settings = ([0.0, 0.5, 1.0] * 3, np.random.default_rng(0).random(9).tolist())
    whole = draw(logits, *settings)
    monkeypatch.setattr(drawing, "CHUNK", 80)
    assert draw(logits, *settings) == whole


def test_half_precision_logits_are_widened() -> None:
    logits = torch.tensor([[2.0, 1.5, 0.8]], dtype=torch.float16)
    [found] = draw(logits, [1e-8], [0.99])
    assert (found.token, found.measure.drawn_logprob) == (0, 0.0)
