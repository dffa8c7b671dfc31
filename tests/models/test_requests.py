"""What a request may ask for besides its temperature, next to others that ask for something else."""

from collections.abc import Callable

import pytest
from tiny_models import assert_same, drawn, request, specified

from evalkit.models.transformers import TransformersModel
from evalkit.types import Shaping, StopReason

Tiny = Callable[[str], TransformersModel]


def test_shaped_rows_share_a_batch_and_equal_the_specification(tiny: Tiny) -> None:
    model = tiny("qwen2")
    shapings = [Shaping(), Shaping(top_k=5), Shaping(top_p=0.7), Shaping(min_p=0.1), Shaping(repetition_penalty=1.5)]
    shapings.append(Shaping(top_k=20, top_p=0.9, min_p=0.01, repetition_penalty=1.1))
    requests = [request("x", t, i, new=20, shaping=s) for t in (0.0, 0.8, 2.0) for i, s in enumerate(shapings)]
    found = drawn(model, requests, batch_size=7)
    for wanted, each in zip(requests, found, strict=True):
        assert_same(each, specified(model, wanted))
    assert found[0] != found[4]  # greedy, without and with a penalty: not the same row


def test_a_finished_definition_ends_a_sample(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    model = tiny("llama")
    spell = ["\n", "    x", "return 1", " # "]
    monkeypatch.setattr(model, "decode", lambda ids: "".join(spell[each % len(spell)] for each in ids))
    requests = [request("x", 2.0, i, new=100, stop_after_definition=i > 1, stop=["# #"]) for i in range(30)]
    found = drawn(model, requests, batch_size=5)
    for wanted, each in zip(requests, found, strict=True):
        assert_same(each, specified(model, wanted))
    ended = [each for each in found if each.stop_reason is StopReason.DEFINITION]
    assert ended
    for each in ended:
        rest = model.decode(each.tokens.ids).removeprefix(each.text)
        assert each.text.endswith("\n")
        assert rest
        assert not rest[0].isspace()
    assert StopReason.DEFINITION not in {each.stop_reason for each in found[:2]}  # did not ask for it


def test_the_most_likely_tokens_are_recorded_where_asked(tiny: Tiny) -> None:
    model = tiny("llama")
    requests = [request("x", 0.8, i, new=6, top_logprobs=k) for i, k in enumerate([0, 3, 400, 1])]
    found = drawn(model, requests, batch_size=3)
    for wanted, each in zip(requests, found, strict=True):
        assert_same(each, specified(model, wanted))
    assert found[0].tokens.top_ids == ()
    assert {len(top) for top in found[1].tokens.top_ids} == {3}
    assert {len(top) for top in found[2].tokens.top_ids} == {len(model.tokenizer)}
