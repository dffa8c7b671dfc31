"""Samples of a prompt are one row for as long as they draw the same tokens, and draw what they would alone."""

from collections.abc import Callable
from typing import Any

import pytest
from tiny_models import ARCHITECTURES, PROMPTS, assert_same, drawn, request, specified

from evalkit.models.batch import TOKENS_PER_STEP
from evalkit.models.cache import OnePromptCache, RowCache
from evalkit.models.sharing import SharedCache
from evalkit.models.transformers import TransformersModel

Tiny = Callable[[str], TransformersModel]
REQUESTS = [request(prompt, t, index) for prompt in PROMPTS for t in (0.0, 0.1, 0.3, 1.0) for index in range(4)]


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("batch_size", [64, 5])
def test_each_history_is_computed_once(tiny: Tiny, architecture: str, batch_size: int, fed: list[int]) -> None:
    model = tiny(architecture)
    model.network.shared_cache(4, 256, model.network.read(model.encode(PROMPTS[0])))  # tries steps of its own, once
    fed.clear()
    found = drawn(model, REQUESTS, batch_size, drafts=0)
    for wanted, each in zip(REQUESTS, found, strict=True):
        assert_same(each, specified(model, wanted))
    every = [
        (wanted.prompt, *each.tokens.ids[:count])
        for wanted, each in zip(REQUESTS, found, strict=True)
        if wanted.key.cell.temperature or not wanted.key.index
        for count in range(1, len(each.tokens.ids))
    ]
    assert len(set(every)) < 0.8 * len(every)
    if batch_size == 64:  # all samples of a prompt are there from its beginning
        assert sum(fed) == len(set(every))
    else:
        assert len(set(every)) <= sum(fed) < len(every)


@pytest.mark.parametrize("cache", [RowCache, SharedCache, OnePromptCache])
def test_nothing_is_lost_where_memory_runs_out_as_samples_part(
    tiny: Tiny, cache: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tiny("lfm2" if cache is OnePromptCache else "llama")
    per_prompt = 2 if cache is RowCache else 4  # more attend to their prompts together
    drafts = 0 if cache is RowCache else TOKENS_PER_STEP
    requests = [request(prompt, 0.3, index) for prompt in PROMPTS for index in range(per_prompt)]
    calls = 0
    fork = cache.fork

    def failing(self: Any, sources: list[int]) -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise MemoryError
        fork(self, sources)

    monkeypatch.setattr(cache, "fork", failing)
    monkeypatch.setattr(model.network, "largest", None)  # what it learns of memory here is not true
    found = drawn(model, requests, len(requests), drafts=drafts)
    assert calls > 1
    for wanted, each in zip(requests, found, strict=True):
        assert_same(each, specified(model, wanted))
