"""The scripted model behaves like a model: keyed draws, traces that fit, the same in any order."""

from dataclasses import replace

import pytest

from evalkit.errors import ConfigError
from evalkit.models.scripted import ScriptedModel
from evalkit.sampling import uniforms
from evalkit.types import Cell, Prompt, Request, SampleKey, StopReason

ANSWERS = {("add", "snake_case"): ["    return a + b\n", "    return a - b\n", ""]}
MODEL = ScriptedModel(ANSWERS)


def request(index: int, task: str = "add", new: int = 100) -> Request:
    key = SampleKey(task, Cell("scripted", 0.8, "snake_case", "plain"), index)
    return Request(key, "def add(a, b):\n", seed=1, max_new_tokens=new)


def test_the_first_uniform_picks_the_answer() -> None:
    requests = [request(i) for i in range(30)]
    found = dict(MODEL.generate(requests))
    texts = ANSWERS[("add", "snake_case")]
    for position, each in enumerate(requests):
        assert found[position].text == texts[int(uniforms(1, each.key, 1)[0] * 3)]
    assert {each.text for each in found.values()} == set(texts)


def test_answers_do_not_depend_on_the_order() -> None:
    requests = [request(i) for i in range(10)]
    backwards = dict(MODEL.generate(requests[::-1]))
    assert [backwards[9 - i] for i in range(10)] == [each for _, each in MODEL.generate(requests)]


def test_traces_fit_the_text() -> None:
    for _, each in MODEL.generate([request(i) for i in range(30)]):
        tokens = each.tokens
        lengths = {len(values) for values in (tokens.ids, tokens.logprobs, tokens.entropies, tokens.ranks)}
        assert lengths == {len(tokens.drawn_logprobs)} == {len(tokens.ends)}
        assert tokens.ends[-1] == len(each.text)
        assert list(tokens.ends) == sorted(tokens.ends)
        assert all(value <= 0 for value in tokens.logprobs)
        assert each.stop_reason is StopReason.EOS


def test_long_answers_are_cut() -> None:
    cut = [each for _, each in MODEL.generate([request(i, new=2) for i in range(20)]) if each.text]
    assert {each.text for each in cut} == {"    retu"}
    assert {each.stop_reason for each in cut} == {StopReason.MAX_NEW_TOKENS}
    assert {len(each.tokens.ids) for each in cut} == {2}


def test_a_task_that_is_not_in_the_script_gets_an_empty_body() -> None:
    texts = {each.text for _, each in ScriptedModel().generate([request(i, "other") for i in range(20)])}
    assert texts == {"    pass\n", "    return None\n"}


def test_a_script_without_answers_is_refused() -> None:
    with pytest.raises(ConfigError, match="no answer for"):
        ScriptedModel({("add", "snake_case"): []})


def test_prompts_are_rendered_as_they_are() -> None:
    prompt = Prompt("chat", "Write add.", prefill="def")
    assert MODEL.render(prompt) == "Write add.def"
    assert MODEL.render(replace(prompt, system="Be brief.")) == "Be brief.\n\nWrite add.def"
    assert MODEL.count_tokens("12345") == 2


def test_delay_is_per_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    list(ScriptedModel(delay=0.5).generate([request(0), request(1)]))
    assert waited == [0.5, 0.5]
