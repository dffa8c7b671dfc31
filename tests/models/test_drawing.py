"""The vectorised draw equals the specification's, row by row."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from evalkit.models import drawing, filtering
from evalkit.models.drawing import Wanted, draw
from evalkit.sampling import OFF, measure, most_likely, next_token_probabilities, sample_next_token
from evalkit.types import Shaping

UNIFORMS = st.one_of(st.floats(0, 1, exclude_max=True), st.sampled_from([0.0, 0.5, 1 - 2**-53]))


def assert_drawn(token: int, logits: np.ndarray, wanted: Wanted) -> None:
    """The specification's token; another one only where the uniform lies on their border, to rounding."""
    settings = (wanted.temperature, wanted.uniform, wanted.shaping, wanted.seen)
    expected = sample_next_token(logits, *settings)
    if token != expected:
        assert wanted.temperature > 0
        chances = next_token_probabilities(logits, wanted.temperature, wanted.shaping, wanted.seen)
        assert chances[token] > 0
        between = chances.cumsum()[min(token, expected) : max(token, expected)]
        np.testing.assert_allclose(between, wanted.uniform, atol=1e-7)


@given(
    st.integers(0, 2**32 - 1),
    st.lists(st.tuples(st.sampled_from([0.0, 1e-9, 0.2, 1.0, 2.0, 100.0]), UNIFORMS), min_size=1, max_size=6),
    st.sampled_from([0.0, 0.1, 3.0, 1e30]),
)
def test_rows_equal_the_specification(seed: int, rows: list[tuple[float, float]], spread: float) -> None:
    logits = (np.random.default_rng(seed).normal(size=(len(rows), 50)) * spread).astype(np.float32)
    logits[:, ::7] = -np.inf
    found = draw(torch.from_numpy(logits), [Wanted(t, u) for t, u in rows])
    for values, (temperature, uniform), each in zip(logits, rows, found, strict=True):
        assert_drawn(each.token, values, Wanted(temperature, uniform))
        np.testing.assert_allclose(each.measure, measure(values, each.token, temperature), rtol=1e-5, atol=1e-5)


@given(
    st.integers(0, 2**32 - 1),
    st.lists(
        st.tuples(
            st.integers(0, 2),
            st.sampled_from([0.0, 0.3, 1.0]),
            UNIFORMS,
            st.sampled_from([OFF, Shaping(top_k=9), Shaping(repetition_penalty=2.0)]),
            st.sampled_from([(), (1, 3)]),
        ),
        min_size=1,
        max_size=12,
    ),
)
def test_samples_of_the_same_logits_draw_what_each_draws_from_a_copy(
    seed: int, samples: list[tuple[int, float, float, Shaping, tuple[int, ...]]]
) -> None:
    logits = torch.randn(3, 70, generator=torch.Generator().manual_seed(seed % 1000))
    wanted = [
        Wanted(temperature, uniform, shaping, list(seen), 2) for _, temperature, uniform, shaping, seen in samples
    ]
    owners = [owner for owner, *_ in samples]
    assert draw(logits, wanted, owners) == [
        draw(logits[o : o + 1], [w])[0] for o, w in zip(owners, wanted, strict=True)
    ]


def test_what_samples_draw_from_is_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = []
    shifted = drawing._shifted
    monkeypatch.setattr(drawing, "_shifted", lambda logits: rows.append(len(logits)) or shifted(logits))
    wanted = [Wanted(temperature, uniform) for temperature in (0.2, 0.8) for uniform in (0.1, 0.5, 0.9)]
    assert len(draw(torch.zeros(2, 64), wanted, [1] * 6)) == 6
    assert rows == [2]  # one for each temperature


def test_many_rows_are_drawn_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    logits = torch.randn(9, 40, generator=torch.Generator().manual_seed(0))
    pairs = zip([0.0, 0.5, 1.0] * 3, np.random.default_rng(0).random(9).tolist(), strict=True)
    wanted = [Wanted(temperature, uniform, Shaping(top_p=0.9)) for temperature, uniform in pairs]
    whole = draw(logits, wanted)
    monkeypatch.setattr(drawing, "CHUNK", 80)
    assert draw(logits, wanted) == whole


def test_half_precision_logits_are_widened() -> None:
    logits = torch.tensor([[2.0, 1.5, 0.8]], dtype=torch.float16)
    [found] = draw(logits, [Wanted(1e-8, 0.99)])
    assert (found.token, found.measure.drawn_logprob) == (0, 0.0)


SHAPINGS = st.builds(
    Shaping,
    top_k=st.sampled_from([None, 1, 2, 5, 30, 500]),
    top_p=st.sampled_from([None, 1e-9, 0.3, 0.9, 0.999, 1.0]),
    min_p=st.sampled_from([None, 0.0, 0.05, 0.5, 1.0]),
    repetition_penalty=st.sampled_from([None, 0.5, 1.0, 1.3, 100.0]),
)
SEEN = st.lists(st.integers(0, 49), max_size=8, unique=True)


@given(
    st.integers(0, 2**32 - 1),
    st.lists(
        st.tuples(st.sampled_from([0.0, 0.2, 1.0, 2.0]), UNIFORMS, st.one_of(st.just(OFF), SHAPINGS), SEEN),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from([0.0, 0.1, 3.0]),
    st.sampled_from([2, 128]),
)
def test_shaped_rows_equal_the_specification(
    seed: int, rows: list[tuple[float, float, Shaping, list[int]]], spread: float, width: int
) -> None:
    logits = (np.random.default_rng(seed).normal(size=(len(rows), 50)) * spread).astype(np.float32)
    logits[:, ::7] = -np.inf
    logits[:, 1:4] = logits[:, 4:5]  # ties
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(filtering, "WIDTH", width)
        found = draw(torch.from_numpy(logits), [Wanted(*row) for row in rows])
    for values, (temperature, uniform, shaping, seen), each in zip(logits, rows, found, strict=True):
        assert_drawn(each.token, values, Wanted(temperature, uniform, shaping, seen))
        expected = measure(values, each.token, temperature, shaping, seen)
        np.testing.assert_allclose(each.measure, expected, rtol=1e-5, atol=1e-5)


def test_logits_are_left_as_they_are() -> None:
    logits = torch.randn(2, 20, dtype=torch.float64)
    before = logits.clone()
    draw(logits, [Wanted(1.0, 0.5), Wanted(0.0, 0.5, Shaping(repetition_penalty=2.0), [3])])
    assert torch.equal(logits, before)


@given(st.lists(st.lists(st.sampled_from([0.0, 0.5, 1.0, -np.inf]), min_size=6, max_size=6), min_size=1, max_size=4))
def test_the_most_likely_tokens_equal_the_specification(rows: list[list[float]]) -> None:
    logits = torch.tensor([[2.0, *row] for row in rows])  # many ties
    found = draw(logits, [Wanted(1.0, 0.5, top=1 + row % 7) for row in range(len(rows))])
    for row, each in enumerate(found):
        expected = most_likely(logits[row].numpy(), 1 + row % 7)
        assert [token for token, _ in each.top] == [token for token, _ in expected]
        np.testing.assert_allclose([p for _, p in each.top], [p for _, p in expected], rtol=1e-6)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("spread", [0.5, 3.0])
def test_the_most_likely_tokens_of_a_large_vocabulary_in_half_precision(seed: int, spread: float) -> None:
    """Such logits tie often: within a block of the vocabulary, across blocks, and with the last one that is wanted."""
    generator = torch.Generator().manual_seed(seed)
    logits = (torch.randn(4, 1000, generator=generator) * spread).bfloat16()
    found = draw(logits, [Wanted(0.2, 0.5, top=top) for top in (1, 3, 5, 20)])
    for row, each in zip(logits.float().numpy(), found, strict=True):
        expected = most_likely(row, len(each.top))
        assert [token for token, _ in each.top] == [token for token, _ in expected]
        np.testing.assert_allclose([p for _, p in each.top], [p for _, p in expected], rtol=1e-5)


def test_an_underflowing_temperature_draws_as_specified() -> None:
    """Most weights are zero or denormal, and the first and the last uniform number must still find a token."""
    logits = torch.linspace(-300, 0, 700).repeat(4, 1)
    uniforms = (0.0, 1e-300, 0.5, 1 - 2**-53)
    found = draw(logits, [Wanted(0.3, uniform) for uniform in uniforms])
    for each, uniform in zip(found, uniforms, strict=True):
        assert_drawn(each.token, logits[0].numpy(), Wanted(0.3, uniform))
    assert found[2].measure.drawn_logprob == pytest.approx(measure(logits[0].numpy(), found[2].token, 0.3, OFF, ())[1])


@pytest.mark.parametrize(("temperature", "shaping"), [(1.0, OFF), (0.7, OFF), (2.0, Shaping(top_p=0.9))])
def test_draws_follow_the_distribution(temperature: float, shaping: Shaping) -> None:
    logits = np.array([2.0, 1.5, 0.8, 0.3, -1.0, 1.1], dtype=np.float32)
    stream = np.random.default_rng(7).random(20_000)
    found = draw(torch.from_numpy(logits).expand(len(stream), -1), [Wanted(temperature, u, shaping) for u in stream])
    expected = next_token_probabilities(logits, temperature, shaping) * len(stream)
    counts = np.bincount([each.token for each in found], minlength=len(logits))
    assert not counts[expected == 0].any()
    assert chisquare(counts[expected > 0], expected[expected > 0]).pvalue > 1e-3
