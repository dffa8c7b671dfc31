"""Drafts make steps fewer and change no draw."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tiny_models import GRID, assert_same, drawn, request, specified

from evalkit.models import batch as batches
from evalkit.models.batch import TOKENS_PER_STEP, Batch, Settings
from evalkit.models.cache import RowCache
from evalkit.models.decoding import decode_batched
from evalkit.models.drafts import CERTAIN, FIRST_CHANCES, LENGTHS, LONGEST, RETRY_AFTER, STEP_COST, Drafts, Odds, pay
from evalkit.models.network import Network
from evalkit.models.rows import Row, plan
from evalkit.models.sharing import SharedCache
from evalkit.models.transformers import TransformersModel
from evalkit.types import Shaping

Tiny = Callable[[str], TransformersModel]
SHARING = ["llama", "qwen2", "gpt2"]
ROUNDING = 1e-3  # logits of the models here are up to 180: float32 keeps 1e-5 of them, and sums of many keep less
AGAIN = "again and again " * 6
TOKENS = st.lists(st.integers(0, 3), max_size=12)


@pytest.fixture
def repetitive(tiny: Tiny) -> Tiny:
    """A model that mostly goes through the same few tokens, as code does, but not always."""

    def made(architecture: str) -> TransformersModel:
        model = TransformersModel(tiny(architecture).folder, dtype="fp32", device="cpu")
        module = model.network.module
        weights, embedded = module.lm_head.weight.detach().clone(), module.get_input_embeddings().weight.detach()
        for token in range(len(weights)):
            weights[100 + token % 7] += embedded[token] * (4.0 if token < 100 or token % 3 else 1.5)
        module.lm_head = torch.nn.Linear(*weights.T.shape, bias=False)  # another, for its weight may be laid out
        module.lm_head.weight = torch.nn.Parameter(weights, requires_grad=False)
        return model

    return made


def is_known(length: int, tail: list[int], lines: list[tuple[list[int], int]]) -> bool:
    """Whether something followed the last tokens of `tail` before."""
    return any(
        line[position - length : position] == tail[-length:]
        for line, begin in lines
        for position in range(max(length, begin), len(line))
    )


@given(TOKENS, st.lists(TOKENS, max_size=3), TOKENS, st.integers(0, 9))
def test_a_draft_is_what_followed_the_most_of_the_same_tokens_the_last_time(
    prompt: list[int], samples: list[list[int]], ids: list[int], count: int
) -> None:
    drafts = Drafts(prompt)
    for each in samples:
        drafts.learn(each, 0)
    drafts.learn(ids, 0)
    lines = [(prompt, 0), *((prompt + each, len(prompt)) for each in [*samples, ids])]
    tail = prompt + ids
    expected: list[int] = []
    for length in sorted(LENGTHS):  # a longer one is written over a shorter one
        for line, begin in lines:
            # What is looked for may lie across the border of prompt and sample.
            for position in range(max(length, begin), len(line)):
                if length <= len(tail) and line[position - length : position] == tail[-length:]:
                    expected = line[position : position + count]
    found, matched = drafts.after(ids, count)
    assert matched == max((n for n in LENGTHS if n <= len(tail) and is_known(n, tail, lines)), default=0)
    assert found[: len(expected)] == expected
    assert found == expected or found == (expected * count)[:count]


def test_what_is_drawn_later_counts() -> None:
    drafts, ids = Drafts([1, 2, 3]), [4, 1, 2]
    drafts.learn(ids, 0)
    assert drafts.after(ids, 9) == ([3], 2)
    ids += [9, 8]
    drafts.learn(ids, 3)
    assert drafts.after([0, 1, 2], 1) == ([9], 2)


def test_what_goes_round_goes_on() -> None:
    drafts, ids = Drafts([1, 2, 3]), [5, 6, 7, 5, 6, 7]
    drafts.learn(ids, 0)
    assert drafts.after(ids, 7) == ([5, 6, 7, 5, 6, 7, 5], 3)
    assert drafts.after([9, 9, 9, 5, 6, 7], 7) == ([5, 6, 7], 3)  # another's, and it ends there


@pytest.mark.parametrize("architecture", SHARING)
@pytest.mark.parametrize("batch_size", [1, 5, 64])
def test_fewer_steps_draw_the_same(repetitive: Tiny, architecture: str, batch_size: int, fed: list[int]) -> None:
    model = repetitive(architecture)
    prompts = [AGAIN, AGAIN + "once more " * 3]
    requests = [request(p, t, i, new=60) for p in prompts for t in (0.0, 0.4, 1.5) for i in range(3)]
    plain = drawn(model, requests, batch_size, drafts=0)
    without = len(fed)
    fed.clear()
    for found, expected in zip(drawn(model, requests, batch_size), plain, strict=True):
        assert_same(found, expected, ROUNDING)
    assert len(fed) < 0.9 * without


@pytest.mark.parametrize("architecture", SHARING)
def test_prompts_that_are_read_apart_are_drafted_too(repetitive: Tiny, architecture: str, fed: list[int]) -> None:
    model = repetitive(architecture)
    requests = [request(AGAIN + end, t, new=40) for end in "abcd" for t in (0.0, 0.5, 1.0)]
    for found, wanted in zip(drawn(model, requests, 6, sharing=False), requests, strict=True):
        assert_same(found, specified(model, wanted), ROUNDING)
    assert max(fed) > 6


def test_samples_part_within_a_draft(repetitive: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    model, lengths = repetitive("llama"), set()
    part = Row.part

    def noted(self: Row) -> list[Row]:
        lengths.add(len({len(each.drawn.ids) for each in self.samples}))
        return part(self)

    monkeypatch.setattr(Row, "part", noted)
    requests = [request(AGAIN, t, i, new=60) for t in (0.5, 1.0, 2.0) for i in range(6)]
    found = drawn(model, requests, 18)
    assert max(lengths) > 1  # one sample went on with the draft, and another one did not
    for wanted, each in zip(requests, found, strict=True):
        assert_same(each, specified(model, wanted), ROUNDING)


def test_what_ended_samples_drew_is_remembered(repetitive: Tiny) -> None:
    model = repetitive("llama")
    requests = [request(AGAIN, 0.5, index, new=10) for index in range(3)]
    groups = plan(requests, model.encode, model.decode)
    found = dict(decode_batched(model.network, groups, Settings(1, 256, model.eos)))
    # The last token ends a sample, and no step drafts after it.
    assert groups[0].drafts.after(found[2].tokens.ids[:-1], 1)[0] == [found[2].tokens.ids[-1]]


def test_a_step_has_no_more_tokens_than_pay(repetitive: Tiny, fed: list[int]) -> None:
    model = repetitive("llama")
    requests = [request(f"{AGAIN}{number}", 0.2, new=30) for number in range(40)]
    drawn(model, requests, 40)
    assert 40 < max(fed) <= TOKENS_PER_STEP
    fed.clear()
    drawn(model, requests, 40, drafts=30)
    assert max(fed) == 40  # rows by themselves are more
    fed.clear()
    drawn(repetitive("qwen2"), [request(AGAIN, 0.0, new=60)], 1)
    assert max(fed) == 1 + LONGEST


@pytest.mark.parametrize("batch_size", [1, 6])
def test_no_draft_goes_beyond_what_may_be_drawn(
    repetitive: Tiny, batch_size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = repetitive("gpt2")
    positions: list[int] = []
    step = Network.step

    def noted(self: Network, tokens: Any, inputs: dict[str, Any]) -> torch.Tensor:
        positions.append(int(inputs["position_ids"].max()))
        return step(self, tokens, inputs)

    monkeypatch.setattr(Network, "step", noted)
    requests = [request(AGAIN, t, i, new=n) for t in (0.0, 0.5) for i in range(3) for n in (9, 30)]
    drawn(model, requests, batch_size)
    # The last token is drawn and not read.
    assert max(positions) <= len(model.encode(AGAIN)) + 30 - 2


def test_what_comes_true_decides_how_much_of_a_draft_pays() -> None:
    odds = Odds()
    lengths = []
    for came_true in [True] * 4 + [False] * 16:
        lengths.append(odds.worth(3, 4))
        odds.learn(3, 6, 6 if came_true else 0)
    assert lengths == sorted(lengths[:5]) + sorted(lengths[5:], reverse=True)
    assert lengths[0] == 5  # 0.7 ** 5 is above 4 / 28, and 0.7 ** 6 is not
    assert lengths[4] > LONGEST > 1 > lengths[-1]
    assert odds.worth(2, 4) == Odds().worth(2, 4)  # each length of what was the same has a chance of its own


@given(st.integers(1, 3), st.integers(1, 200), st.lists(st.tuples(st.integers(1, 11), st.integers(0, 11)), max_size=40))
def test_a_draft_is_kept_as_long_as_its_last_token_is_likely_enough(
    matched: int, tokens: int, tried: list[tuple[int, int]]
) -> None:
    odds = Odds()
    for drafted, held in tried:
        odds.learn(matched, drafted, min(held, drafted))
    chance, needed, length = odds.chance(matched), tokens / (STEP_COST + tokens), odds.worth(matched, tokens)
    assert 0 < chance <= CERTAIN
    if chance > needed:
        assert chance**length >= needed * (1 - 1e-9)
        assert chance ** (length + 1) <= needed * (1 + 1e-9)
    else:
        assert length == 0


def test_drafts_of_a_step_pay_together_or_not_at_all() -> None:
    likely = Odds()
    likely.learn(3, 40, 40)
    assert likely.gain(3, 2) == pytest.approx(CERTAIN + CERTAIN**2)
    assert pay(likely.gain(3, 5), 5, 1)
    assert not pay(likely.gain(1, 1), 1, 30)  # one row's draft makes all rows attend otherwise
    assert pay(60 * likely.gain(3, 1), 60, 60)  # what repeats itself in every row does
    assert not pay(60 * Odds().gain(3, 1), 60, 60)
    assert not pay(0.0, 0, 1)


def test_drafts_that_do_not_pay_are_left_out_but_now_and_then(
    repetitive: Tiny, fed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = repetitive("llama")
    requests = [request(AGAIN, 0.4, index, new=60) for index in range(4)]
    plain = drawn(model, requests, 4, drafts=0)
    monkeypatch.setattr(batches, "pay", lambda *_: False)
    with monkeypatch.context() as patch:
        guesses: list[list[int]] = []
        guess = Row.guess
        patch.setattr(Row, "guess", lambda self: (guess(self), guesses.append(self.draft))[0])
        fed.clear()
        found = drawn(model, requests, 4)
    for each, expected in zip(found, plain, strict=True):
        assert_same(each, expected, ROUNDING)
    with_drafts = sum(count > 4 for count in fed)
    assert any(guesses)
    assert 1 <= with_drafts <= 1 + len(fed) // RETRY_AFTER


def test_what_never_pays_is_tried_again_now_and_then() -> None:
    odds = Odds()
    odds.learn(1, 9, 0)
    found = [odds.worth(1, 90) for _ in range(3 * RETRY_AFTER)]
    assert found == ([0] * (RETRY_AFTER - 1) + [1]) * 3


def test_a_certain_draft_stays_one() -> None:
    odds = Odds()
    odds.learn(3, 1000, 1000)
    assert odds.chance(3) == CERTAIN
    assert odds.worth(3, 1) > LONGEST


def test_a_row_that_parts_keeps_its_odds_and_then_has_its_own() -> None:
    first = Odds()
    first.learn(3, 1, 1)
    second = first.copy()
    assert second.chance(3) == first.chance(3) > FIRST_CHANCES[3]
    second.learn(3, 1, 0)
    assert second.chance(3) < first.chance(3)


def test_the_likeliest_drafts_have_room_first(repetitive: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    model, steps = repetitive("llama"), []
    shorten, draft = Row.shorten, Batch._draft

    def noted(self: Row, tokens: int, most: int) -> None:
        shorten(self, tokens, most)
        steps[-1].append(self.chance)

    def begun(self: Batch) -> None:
        steps.append([])
        draft(self)

    monkeypatch.setattr(Row, "shorten", noted)
    monkeypatch.setattr(Batch, "_draft", begun)
    drawn(model, [request(AGAIN, t, i, new=60) for t in (0.2, 2.0) for i in range(6)], 12)
    assert max(len(set(each)) for each in steps) > 3
    assert all(each == sorted(each, reverse=True) for each in steps)


def test_a_repetition_penalty_needs_to_know_what_was_drawn(tiny: Tiny, fed: list[int]) -> None:
    model = tiny("llama")
    requests = [request(AGAIN, 0.3, i, new=20, shaping=Shaping(repetition_penalty=1.1)) for i in range(2)]
    for wanted, found in zip(requests, drawn(model, requests, 2), strict=True):
        assert_same(found, specified(model, wanted), ROUNDING)
    assert max(fed) <= 3  # the trial of a model's attention has three tokens


def test_strict_drafts_nothing(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SharedCache, "__init__", lambda *_, **__: pytest.fail("not the model's own way"))
    threads = torch.get_num_threads()
    try:
        model = TransformersModel(tiny("llama").folder, dtype="fp32", device="cpu", strict=True)
        assert len(list(model.generate([request(AGAIN, 0.0, new=20)]))) == 1
    finally:
        torch.set_num_threads(threads)
        torch.use_deterministic_algorithms(False)


def test_without_memory_there_are_no_drafts(tiny: Tiny, fed: list[int]) -> None:
    model = TransformersModel(tiny("llama").folder, dtype="fp32", device="cpu")
    model.network.largest = 2
    assert len(list(model.generate([request(AGAIN, 0.0, new=20), *GRID[2:4]]))) == 3
    assert max(fed) == 2


def test_a_model_that_takes_several_tokens_otherwise_is_found_out(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    model = TransformersModel(tiny("llama").folder, dtype="fp32", device="cpu")
    inputs = SharedCache.inputs

    def shifted(self: SharedCache, counts: Any = None) -> dict[str, Any]:
        found = inputs(self, counts)
        if counts and max(counts) > 1:
            found["position_ids"] = found["position_ids"] + 1
        return found

    monkeypatch.setattr(SharedCache, "inputs", shifted)
    prefix = model.network.read(model.encode(AGAIN))
    assert isinstance(model.network.shared_cache(4, 200, prefix), RowCache)
