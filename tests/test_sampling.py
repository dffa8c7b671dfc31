"""The specification itself: known probabilities, edge cases, streams and the loop."""

import doctest
import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import chisquare, kstest

from evalkit import sampling
from evalkit.errors import ConfigError
from evalkit.sampling import generate, measure, next_token_probabilities, sample_next_token, uniforms
from evalkit.types import Cell, Completion, SampleKey, Shaping, StopReason

LOGITS = [2.0, 1.5, 0.8, 0.3, -1.0]
KNOWN_STREAM = [0.13408521169346366, 0.9920404887925235, 0.1150340940999025]
KEY = SampleKey("starter/parse_duration", Cell("m", 0.8, "camelCase", "plain"), 3)


@pytest.mark.parametrize(
    ("temperature", "percent"),
    [
        (0.1, [99.330, 0.669, 0.001, 0.000, 0.000]),
        (0.7, [56.45, 27.63, 10.17, 4.98, 0.78]),
        (1.0, [46.72, 28.34, 14.07, 8.54, 2.33]),
        (2.0, [33.58, 26.15, 18.43, 14.35, 7.49]),
    ],
)
def test_known_probabilities(temperature: float, percent: list[float]) -> None:
    digits = 3 if temperature == 0.1 else 2
    found = (next_token_probabilities(LOGITS, temperature) * 100).round(digits)
    np.testing.assert_allclose(found, percent, atol=0.5 * 10**-digits)


def test_temperature_zero_takes_the_lowest_id_on_a_tie() -> None:
    assert sample_next_token([1.0, 3.0, 3.0, 0.0], 0.0, uniform=0.999) == 1
    assert sample_next_token([1.0, 3.0, 3.0, 0.0], 0.0) == 1


@pytest.mark.parametrize("temperature", [-0.1, math.nan, math.inf, -math.inf])
def test_wrong_temperatures_are_refused(temperature: float) -> None:
    with pytest.raises(ConfigError, match="finite number, 0 or more"):
        next_token_probabilities(LOGITS, temperature)
    with pytest.raises(ConfigError, match="finite number, 0 or more"):
        sample_next_token(LOGITS, temperature, 0.5)


@given(
    st.lists(st.floats(-(2.0**127), 2.0**127, width=32), min_size=1, max_size=8),
    st.sampled_from([0.0, 1e-300, 1e-8, 0.3, 1.0, 50.0]),
    st.floats(0, 1, exclude_max=True),
)
def test_extreme_logits_neither_overflow_nor_leave_the_vocabulary(
    logits: list[float], temperature: float, uniform: float
) -> None:
    probabilities = next_token_probabilities(logits, temperature)
    assert np.isfinite(probabilities).all()
    assert probabilities.sum() == pytest.approx(1.0)
    assert 0 <= sample_next_token(logits, temperature, uniform) < len(logits)


def test_tiny_temperatures_equal_the_smallest_one() -> None:
    np.testing.assert_array_equal(
        next_token_probabilities([0.0, 1e-8], 1e-12), next_token_probabilities([0.0, 1e-8], 1e-8)
    )


def test_half_precision_logits_are_widened_before_the_division() -> None:
    half = np.array(LOGITS, dtype=np.float16)
    np.testing.assert_allclose(next_token_probabilities(half, 1e-8), [1, 0, 0, 0, 0])


def test_impossible_tokens_are_never_drawn() -> None:
    logits = [-np.inf, 0.0, -np.inf, 0.0, -np.inf]
    drawn = {sample_next_token(logits, 1.0, u) for u in (0.0, 0.25, 0.4999999, 0.5, 0.75, 1 - 2**-53)}
    assert drawn == {1, 3}


@given(st.integers(0, 2**32 - 1), st.floats(0.05, 5))
def test_a_draw_is_that_of_numpy_choice(seed: int, temperature: float) -> None:
    uniform = np.random.default_rng(seed).random()
    expected = np.random.default_rng(seed).choice(5, p=next_token_probabilities(LOGITS, temperature))
    assert sample_next_token(LOGITS, temperature, uniform) == expected


@pytest.mark.parametrize("temperature", [0.7, 1.0, 2.0])
def test_draws_follow_the_distribution(temperature: float) -> None:
    draws = [sample_next_token(LOGITS, temperature, u) for u in uniforms(1, KEY, 20_000)]
    expected = next_token_probabilities(LOGITS, temperature) * len(draws)
    assert chisquare(np.bincount(draws, minlength=5), expected).pvalue > 1e-3


def test_draws_without_a_uniform_are_fresh() -> None:
    draws = [sample_next_token([0.0] * 1000, 1.0) for _ in range(20)]
    assert len(set(draws)) > 10


def test_streams_are_uniform_and_a_longer_one_begins_with_the_shorter() -> None:
    stream = uniforms(7, KEY, 5000)
    np.testing.assert_array_equal(uniforms(7, KEY, 5), stream[:5])
    assert kstest(stream, "uniform").pvalue > 1e-3


def test_streams_never_change() -> None:
    """A run made today must be repeatable with every later version."""
    np.testing.assert_array_equal(uniforms(0, KEY, 3), KNOWN_STREAM)


@pytest.mark.parametrize(
    "other",
    [
        SampleKey("starter/other", KEY.cell, 3),
        SampleKey(KEY.task_id, KEY.cell, 4),
        SampleKey(KEY.task_id, Cell("m", 0.9, "camelCase", "plain"), 3),
        SampleKey(KEY.task_id, Cell("m", 0.8, "snake_case", "plain"), 3),
        SampleKey(KEY.task_id, Cell("m", 0.8, "camelCase", "chat"), 3),
        SampleKey(KEY.task_id, Cell("n", 0.8, "camelCase", "plain"), 3),
    ],
)
def test_every_part_of_the_key_changes_the_stream(other: SampleKey) -> None:
    assert not np.isin(uniforms(0, other, 100), uniforms(0, KEY, 100)).any()
    assert not np.isin(uniforms(1, KEY, 100), uniforms(0, KEY, 100)).any()


def test_measures_of_a_token() -> None:
    probabilities = next_token_probabilities(LOGITS, 1.0)
    found = measure(LOGITS, 2, 0.7)
    assert found.logprob == pytest.approx(math.log(probabilities[2]))
    assert found.drawn_logprob == pytest.approx(math.log(next_token_probabilities(LOGITS, 0.7)[2]))
    assert found.entropy == pytest.approx(-(probabilities * np.log(probabilities)).sum())
    assert found.rank == 3
    assert measure(LOGITS, 0, 0.0).drawn_logprob == 0.0
    assert measure([0.0, -np.inf], 0, 1.0).entropy == 0.0


@pytest.mark.parametrize(
    ("shaping", "percent"),
    [
        (Shaping(top_k=2), [62.25, 37.75, 0, 0, 0]),
        (Shaping(top_k=99), [46.72, 28.34, 14.07, 8.54, 2.33]),
        (Shaping(top_p=0.4672), [100, 0, 0, 0, 0]),  # 46.724 % reach it alone
        (Shaping(top_p=0.7), [62.25, 37.75, 0, 0, 0]),
        (Shaping(top_p=1.0), [46.72, 28.34, 14.07, 8.54, 2.33]),
        (Shaping(min_p=0.30), [52.42, 31.79, 15.79, 0, 0]),  # exp(0.8 - 2.0) is 0.3012 of the largest
        (Shaping(min_p=1.0), [100, 0, 0, 0, 0]),
        (Shaping(top_k=3, top_p=0.83), [62.25, 37.75, 0, 0, 0]),  # of what top-k left: 52.42 + 31.79 are 84.21
        (Shaping(repetition_penalty=1.25), [40.82, 27.36, 18.34, 11.12, 2.36]),
    ],
)
def test_known_shaped_probabilities(shaping: Shaping, percent: list[float]) -> None:
    found = next_token_probabilities(LOGITS, 1.0, shaping, seen=[0, 1, 0, 4]) * 100
    np.testing.assert_allclose(found, percent, atol=0.0051)


def test_shaping_equals_the_processors_of_transformers() -> None:
    """An independent implementation of the same formulas, in the same order."""
    torch = pytest.importorskip("torch")
    generation = pytest.importorskip("transformers.generation.logits_process")
    logits = np.random.default_rng(3).normal(size=(1, 300)) * 3
    shaping = Shaping(top_k=40, top_p=0.85, min_p=0.02, repetition_penalty=1.3)
    seen = [5, 17, 200, 5]
    scores = torch.tensor(logits)
    for process in (
        generation.RepetitionPenaltyLogitsProcessor(1.3),
        generation.TemperatureLogitsWarper(0.8),
        generation.TopKLogitsWarper(40),
        generation.TopPLogitsWarper(0.85),
        generation.MinPLogitsWarper(0.02),
    ):
        scores = process(torch.tensor([seen]), scores)
    expected = scores.softmax(-1)[0].numpy()
    assert 1 < (expected > 0).sum() < 40
    np.testing.assert_allclose(next_token_probabilities(logits[0], 0.8, shaping, seen), expected, atol=1e-12)


@given(
    st.lists(st.floats(-30, 30), min_size=2, max_size=9),
    st.builds(
        Shaping,
        top_k=st.integers(1, 5),
        top_p=st.floats(0, 1, exclude_min=True),
        min_p=st.floats(0, 1),
        repetition_penalty=st.floats(0.1, 10),
    ),
)
def test_the_most_likely_token_is_never_removed(logits: list[float], shaping: Shaping) -> None:
    probabilities = next_token_probabilities(logits, 1.0, shaping, seen=[1])
    assert probabilities.sum() == pytest.approx(1.0)
    assert probabilities[np.argmax(sampling.penalised(logits, shaping, [1]))] == probabilities.max() > 0


def test_temperature_zero_and_the_measures_know_the_shaping() -> None:
    penalty = Shaping(repetition_penalty=2.0)
    assert sample_next_token([2.0, 1.5], 0.0, shaping=penalty, seen=[0]) == 1
    plain, shaped = measure(LOGITS, 1, 0.7), measure(LOGITS, 1, 0.7, Shaping(top_k=2))
    assert (shaped.logprob, shaped.entropy, shaped.rank) == (plain.logprob, plain.entropy, plain.rank)
    assert shaped.drawn_logprob == pytest.approx(-math.log1p(math.exp(0.5 / 0.7)))


@pytest.mark.parametrize(
    ("shaping", "message"),
    [
        (Shaping(top_k=0), "top_k must be 1 or more, not 0"),
        (Shaping(top_p=0.0), "top_p must be above 0 and at most 1"),
        (Shaping(top_p=1.1), "top_p must be above 0 and at most 1"),
        (Shaping(min_p=-0.1), "min_p must be from 0 to 1"),
        (Shaping(min_p=math.nan), "min_p must be from 0 to 1"),
        (Shaping(repetition_penalty=0.0), "repetition_penalty must be finite and above 0"),
        (Shaping(repetition_penalty=math.inf), "repetition_penalty must be finite and above 0"),
    ],
)
def test_wrong_shapings_are_refused(shaping: Shaping, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        next_token_probabilities(LOGITS, 1.0, shaping)


def drawn(wanted: list[int], **options: object) -> Completion:
    """What the loop returns for a model that is certain of the wanted ids, one after the other."""

    def logits_of(context: Sequence[int]) -> NDArray[np.float64]:
        logits = np.full(256, -1000.0)
        logits[wanted[len(context) - 2]] = 1000.0
        return logits

    settings = {"temperature": 1.0, "uniforms": np.full(50, 0.5), "max_new_tokens": len(wanted)} | options
    return generate(logits_of, lambda _: [1, 2], decode, "prompt", **settings)


def decode(ids: Sequence[int]) -> str:
    return bytes(ids).decode(errors="replace")


def test_the_loop_ends_at_end_of_sequence_and_records_it() -> None:
    completion = drawn([104, 105, 0, 99], eos={0})
    assert (completion.text, completion.stop_reason) == ("hi", StopReason.EOS)
    assert completion.prompt_tokens == 2
    assert completion.tokens.ids == (104, 105, 0)
    assert completion.tokens.ends == (1, 2, 2)
    assert completion.tokens.ranks == (1, 1, 1)


def test_the_loop_cuts_at_the_earliest_stop_string() -> None:
    completion = drawn(list(b"one\ndef f"), stop=["f", "\ndef", "\nd"], max_new_tokens=9)
    assert (completion.text, completion.stop_reason) == ("one", StopReason.STOP_STRING)
    assert completion.tokens.ids == tuple(b"one\nd")
    assert completion.tokens.ends == (1, 2, 3, 3, 3)


def test_the_loop_ends_after_max_new_tokens() -> None:
    completion = drawn([104, 105, 106], max_new_tokens=2)
    assert (completion.text, completion.stop_reason) == ("hi", StopReason.MAX_NEW_TOKENS)
    assert drawn([1], max_new_tokens=0).text == ""


def test_a_character_counts_once_it_is_whole() -> None:
    completion = drawn([*b"a", *"\N{SNOWMAN}".encode(), *b"b"])
    assert completion.text == "a\N{SNOWMAN}b"
    assert completion.tokens.ends == (1, 1, 1, 2, 3)


def test_half_a_character_at_the_end_is_shown_as_decoded() -> None:
    completion = drawn([*b"a", 0xE2, 0x98])
    assert completion.text == "a\ufffd"
    assert completion.tokens.ends == (1, 1, 2)


def test_docstring_examples() -> None:
    assert doctest.testmod(sampling).failed == 0
