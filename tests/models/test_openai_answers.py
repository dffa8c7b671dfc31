"""What is asked of a server, and what is made of its answers."""

import json
import math

import pytest
from evalkit_server import FakeServer, Reply, serving

from evalkit.models.openai import OpenAIModel
from evalkit.models.openai import client as asking
from evalkit.types import Cell, Prompt, Request, SampleKey, Shaping, StopReason, Undrawn

CHAT = Prompt("chat", "Write f.", prefill="```python\n", system="Be brief.")
CODE = "def f():\n    return 'é'\n"


@pytest.fixture(autouse=True)
def without_waiting(monkeypatch):
    monkeypatch.setattr(asking, "FIRST_WAIT", 0.001)


@pytest.fixture
def server():
    with serving(FakeServer(text=lambda body: CODE)) as fake:
        yield fake


def request(model, prompt=CHAT, index=0, temperature=0.8, task="s/a", **values):
    key = SampleKey(task, Cell("openai:tiny", temperature, "snake_case", "chat"), index)
    return Request(key, model.render(prompt), 7, values.pop("max_new_tokens", 50), **values)


def model_at(server, **options):
    """It asks for one thing after another unless it is told otherwise, so that what was asked has an order."""
    return OpenAIModel("tiny", base_url=server.url, **{"concurrency": 1, **options})


def drawn(model, requests):
    found = dict(model.generate(requests))
    return [found[position] for position in range(len(requests))]


def test_a_chat_prompt_is_sent_as_messages_with_the_beginning_of_the_answer(server):
    model = model_at(server)
    drawn(model, [request(model)])
    [body] = server.asked
    assert [message["role"] for message in body["messages"]] == ["system", "user", "assistant"]
    assert body["messages"][-1]["content"] == "```python\n"
    assert body["continue_final_message"] is True and body["add_generation_prompt"] is False
    assert server.paths[-1] == "/v1/chat/completions"


def test_a_server_that_does_not_go_on_from_an_answer_is_not_sent_its_beginning(server):
    server.refused = ("continue_final_message",)
    server.text = lambda body: "```python\nx = 1\n"
    model = model_at(server)
    assert drawn(model, [request(model)])[0].text == "x = 1\n"
    assert [message["role"] for message in server.asked[0]["messages"]] == ["system", "user"]
    assert any("not sent" in remark for remark in model.remarks)


def test_a_base_prompt_goes_to_the_older_endpoint_as_it_is(server):
    model = model_at(server)
    [completion] = drawn(model, [request(model, Prompt("base", "def f():\n"))])
    assert server.asked[0]["prompt"] == "def f():\n" and server.paths[-1] == "/v1/completions"
    assert completion.text == CODE and completion.tokens.logprobs == (-0.25,) * 6


def test_nothing_shapes_the_distribution_unless_it_is_asked_for(server):
    model = model_at(server)
    drawn(model, [request(model), request(model, index=1, shaping=Shaping(top_k=5, top_p=0.5, repetition_penalty=1.2))])
    plain, shaped = server.asked
    assert (plain["top_k"], plain["top_p"], plain["min_p"], plain["repetition_penalty"]) == (-1, 1.0, 0.0, 1.0)
    assert (shaped["top_k"], shaped["top_p"], shaped["repeat_penalty"]) == (5, 0.5, 1.2)


def test_tokens_have_log_probabilities_and_ends_in_the_text_and_what_is_unknown_is_nan(server):
    model = model_at(server)
    [completion] = drawn(model, [request(model)])
    trace = completion.tokens
    assert completion.text == CODE and trace.ends == (4, 8, 12, 16, 20, 24)
    assert trace.logprobs == (-0.25,) * 6 and trace.ranks == (1,) * 6
    assert all(map(math.isnan, trace.entropies)) and all(map(math.isnan, trace.drawn_logprobs))
    [at_one] = drawn(model, [request(model, temperature=1)])
    assert at_one.tokens.drawn_logprobs == at_one.tokens.logprobs


def test_a_token_that_holds_part_of_a_character_ends_where_whole_characters_end(server):
    halves = [{"token": "?", "logprob": -1.0, "bytes": [half]} for half in "é".encode()]
    server.rule = lambda body: whole("é", logprobs={"content": halves})
    model = model_at(server)
    assert drawn(model, [request(model)])[0].tokens.ends == (0, 1)


def whole(text, finish="stop", **fields):
    """A chat answer with one choice."""
    return Reply({"choices": [{"index": 0, "message": {"content": text}, "finish_reason": finish, **fields}]})


def test_stops_are_applied_here_too_and_their_tokens_stay(server):
    server.text = lambda body: "x = 1\n```\nThat is it."
    model = model_at(server)
    [completion] = drawn(model, [request(model, stop=("\n```",))])
    assert completion.text == "x = 1" and completion.stop_reason is StopReason.STOP_STRING
    assert len(completion.tokens.ids) == 6 and completion.tokens.ends[-1] == 5
    assert server.asked[0]["stop"] == ["\n```"]


def test_a_server_that_takes_few_stops_gets_four_and_the_others_work_all_the_same(server):
    server.rule = lambda body: Reply({"error": "stop: at most 4"}, 400) if len(body.get("stop", ())) > 4 else None
    server.text = lambda body: "x = 1\nassert x"
    model = model_at(server)
    stop = ("\ndef ", "\nclass ", "\n@", "\nif ", "\nassert ")
    [completion] = drawn(model, [request(model, stop=stop)])
    assert server.asked[0]["stop"] == list(stop[:4]) and completion.text == "x = 1"


def test_stops_that_a_server_finds_across_the_end_of_the_prompt_are_applied_here(server):
    def rule(body):
        if any("\n```".startswith(stop) for stop in body.get("stop", ())):
            return whole("```")  # the prompt ends with the newline
        return whole("```python\nx = 1\n```\n" if body["max_tokens"] > 3 else "```python", finish="length")

    server.rule = rule
    model = model_at(server)
    prompt = Prompt("chat", "Write f.")
    [completion] = drawn(model, [request(model, prompt, stop=("\n```", "</answer>"))])
    assert completion.text == "```python\nx = 1" and completion.stop_reason is StopReason.STOP_STRING
    assert server.asked[0]["stop"] == ["</answer>"]
    assert any("in the end of the prompt too" in remark for remark in model.remarks)


@pytest.mark.parametrize(
    ("choice", "reason"),
    [
        ({"finish": "length"}, StopReason.MAX_NEW_TOKENS),
        ({"finish": "stop"}, StopReason.EOS),
        ({"finish": "stop", "stop_reason": "\n```"}, StopReason.STOP_STRING),
    ],
)
def test_why_a_sample_ended(server, choice, reason):
    server.rule = lambda body: whole("x = 1", **choice)
    model = model_at(server)
    assert drawn(model, [request(model, stop=("\n```",))])[0].stop_reason is reason


def test_a_repeated_beginning_of_the_answer_is_left_out(server):
    server.text = lambda body: "```python\nx = 1\n"
    model = model_at(server)
    [completion] = drawn(model, [request(model)])
    assert completion.text == "x = 1\n" and completion.tokens.ends[-1] == 6


def test_reasoning_that_the_server_took_out_is_put_back(server):
    server.rule = lambda body: Reply(
        {"choices": [{"message": {"content": "x", "reasoning_content": "Hm."}, "finish_reason": "stop"}]}
    )
    model = model_at(server)
    assert drawn(model, [request(model)])[0].text == "<think>\nHm.\n</think>\n\nx"


def test_without_log_probabilities_there_are_no_tokens_but_their_count(server):
    server.logprobs = False
    model = model_at(server)
    [completion] = drawn(model, [request(model)])
    assert completion.tokens.ids == () and completion.token_count == 5
    assert model.describe()["no_logprobs"] == "the server answers without log-probabilities"
    assert any("no plausibility" in remark for remark in model.remarks)


def test_log_probabilities_that_are_refused_are_done_without_and_the_reason_is_kept(server):
    server.refused = ("logprobs", "top_k")
    model = model_at(server)
    [completion] = drawn(model, [request(model)])
    assert completion.text == CODE and completion.tokens.ids == ()
    assert "Unrecognized request argument supplied: logprobs" in model.describe()["no_logprobs"]
    assert "top_k" not in server.asked[0] and server.asked[0]["seed"] > 0


def test_tokens_that_do_not_spell_the_text_are_not_taken_for_its_tokens(server):
    server.rule = lambda body: whole("x = 1", logprobs={"content": [{"token": "y", "logprob": -1.0}]})
    model = model_at(server)
    assert drawn(model, [request(model)])[0].tokens.ids == ()


def test_seeds_differ_by_sample_and_not_by_what_is_drawn_beside_it(server):
    model = model_at(server)
    drawn(model, [request(model, index=index) for index in range(3)])
    seeds = {body["seed"] for body in server.asked}
    server.bodies.clear()
    drawn(model, [request(model, index=1)])
    assert len(seeds) == 3 and server.asked[0]["seed"] in seeds


def test_several_samples_of_one_request_are_told_apart_and_a_resumed_run_asks_the_same(server):
    server.text = lambda body: f"x = {body['index']}\n"
    model = model_at(server, samples_per_request=4)
    requests = [request(model, index=index) for index in range(6)]
    texts = [completion.text for completion in drawn(model, requests)]
    assert texts == ["x = 0\n", "x = 1\n", "x = 2\n", "x = 3\n", "x = 0\n", "x = 1\n"]
    assert sorted(body["n"] for body in server.asked) == [2, 4]
    seeds = {body["n"]: body["seed"] for body in server.asked}
    server.bodies.clear()
    assert drawn(model, requests[3:4])[0].text == "x = 3\n"
    assert (server.asked[0]["n"], server.asked[0]["seed"]) == (4, seeds[4])


def test_a_server_that_gives_fewer_samples_than_asked_is_asked_again(server):
    server.most_choices = 1
    model = model_at(server, samples_per_request=3)
    assert [each.text for each in drawn(model, [request(model, index=index) for index in range(3)])] == [CODE] * 3
    assert len({body["seed"] for body in server.asked}) == 3


def test_at_temperature_0_one_answer_is_that_of_every_sample(server):
    model = model_at(server, samples_per_request=2)
    assert [each.text for each in drawn(model, [request(model, index=i, temperature=0) for i in range(5)])] == [
        CODE
    ] * 5
    assert len(server.asked) == 1 and "n" not in server.asked[0]


def test_an_answer_that_a_filter_cut_off_is_no_sample(server):
    server.rule = lambda body: whole("x = ", finish="content_filter")
    model = model_at(server)
    assert isinstance(drawn(model, [request(model)])[0], Undrawn)


def test_usage_and_cost_count_every_answer(server):
    model = model_at(server, price_input=3.0, price_output=5.0)
    drawn(model, [request(model, index=index) for index in range(4)])
    usage = model.usage
    assert usage["requests"] == len(server.bodies) and usage["completion_tokens"] == 5 * len(server.bodies)
    assert usage["cost"] == pytest.approx((usage["prompt_tokens"] * 3 + usage["completion_tokens"] * 5) / 1e6)
    server.usage = False
    drawn(model, [request(model, index=9)])
    assert model.usage["uncounted"] == 1


def test_the_prompt_that_is_recorded_is_what_was_sent(server):
    model = model_at(server)
    drawn(model, [request(model)])
    assert json.loads(model.render(CHAT))["messages"] == server.asked[0]["messages"]
    assert model.count_tokens(model.render(Prompt("chat", "x" * 40))) == 10


def test_no_more_requests_are_under_way_than_allowed(server):
    server.rule = lambda body: None
    model = model_at(server, concurrency=2)
    model.describe()
    server.faults = [Reply(whole("x = 1").body, slow=0.0005) for _ in range(6)]
    drawn(model, [request(model, index=index) for index in range(6)])
    assert server.most_at_once == 2
