"""A server that fails: what is tried again, what is given up, and what a user is told. The key is nowhere."""

import threading
import time
from contextlib import closing
from email.utils import formatdate

import pytest
from evalkit_server import KEY, FakeServer, Reply, failure, serving

from evalkit.errors import ConfigError, ModelFailed, ModelUnavailable
from evalkit.models.openai import OpenAIModel
from evalkit.models.openai import client as asking
from evalkit.types import Cell, Prompt, Request, SampleKey, Undrawn

GOOD = "    return 1\n"


@pytest.fixture(autouse=True)
def without_waiting(monkeypatch):
    monkeypatch.setattr(asking, "FIRST_WAIT", 0.001)


@pytest.fixture
def server():
    with serving(FakeServer()) as fake:
        yield fake


def model_at(server, **options):
    return OpenAIModel("tiny", base_url=server.url, **options)


def requests(model, count=1):
    prompt = model.render(Prompt("chat", "Write f."))
    cell = Cell("openai:tiny", 0.8, "snake_case", "chat")
    return [Request(SampleKey("s/a", cell, index), prompt, 7, 50) for index in range(count)]


def texts(model, count=1):
    found = dict(model.generate(requests(model, count)))
    return [getattr(found[position], "text", found[position]) for position in range(count)]


BROKEN = {
    "429": failure(429, "slow down", Retry_After="0"),
    "500": failure(500, "oops"),
    "503 without a body": Reply(b"", 503),
    "cut body": Reply({"choices": [{"message": {"content": "a" * 200}, "finish_reason": "stop"}]}, cut=True),
    "no JSON": Reply(b"<html>gateway</html>"),
    "other JSON": Reply({"hello": 1}),
    "an error with status 200": Reply({"error": {"message": "worker died"}}),
    "no message": Reply({"choices": [{"finish_reason": "stop"}]}),
    "no choices": Reply({"choices": []}),
    "an unfinished choice": Reply({"choices": [{"message": {"content": "def"}, "finish_reason": None}]}),
}


@pytest.mark.parametrize("fault", BROKEN.values(), ids=BROKEN)
def test_what_fails_is_asked_again_until_it_works(server, fault):
    server.faults = [fault, fault]
    assert texts(model_at(server)) == [GOOD]
    assert len(server.asked) == 3


@pytest.mark.parametrize("fault", BROKEN.values(), ids=BROKEN)
def test_a_sample_that_failed_to_the_last_is_left_out_and_the_others_are_not(server, fault):
    server.faults = [fault] * 3
    found = texts(model_at(server, retries=2, concurrency=1), count=3)
    assert isinstance(found[0], Undrawn) and "tried 3 times" in found[0].reason
    assert found[1:] == [GOOD, GOOD]


def test_a_slow_body_ends_when_the_time_is_up_however_often_a_byte_comes(server):
    server.faults = [Reply({"choices": [1, 2, 3]}, slow=0.05)]
    assert texts(model_at(server, request_timeout=0.3)) == [GOOD]


@pytest.mark.parametrize("header", ["1", "date"])
def test_retry_after_is_waited_for_by_all_requests(server, header):
    model = model_at(server, concurrency=1)
    model.describe()
    when = "1" if header == "1" else formatdate(time.time() + 2, usegmt=True)
    server.faults = [failure(429, "slow down", Retry_After=when)]
    started = time.monotonic()
    assert texts(model, 2) == [GOOD, GOOD]
    assert time.monotonic() - started >= 0.9


def test_a_server_that_wants_to_be_left_alone_for_long_is_not_waited_for(server):
    server.faults = [failure(429, "come back tomorrow", Retry_After="86400")]
    [found] = texts(model_at(server))
    assert "come back tomorrow" in found.reason and len(server.asked) == 1


def test_an_account_that_is_used_up_is_not_asked_again(server):
    server.faults = [Reply({"error": {"message": "You exceeded your quota", "code": "insufficient_quota"}}, 429)]
    assert "quota" in texts(model_at(server))[0].reason and len(server.asked) == 1


def test_waits_double_and_differ(monkeypatch, server):
    waits = []

    async def remember(seconds):
        waits.append(seconds)

    monkeypatch.setattr(asking, "FIRST_WAIT", 1.0)
    monkeypatch.setattr(asking.asyncio, "sleep", remember)
    server.faults = [failure(500, "oops")] * 4
    assert texts(model_at(server)) == [GOOD]
    assert all(2**at / 2 <= wait <= 2**at for at, wait in enumerate(waits)) and len(waits) == 4
    assert waits != [1.0, 2.0, 4.0, 8.0]


def test_failures_in_a_row_end_it(server):
    server.faults = [failure(500, "oops")] * 50
    model = model_at(server, retries=0, concurrency=1)
    with pytest.raises(ModelFailed, match=r"5 requests failed in a row.*500: oops"):
        texts(model, 20)
    assert 5 <= len(server.asked) < 10


def test_a_key_that_is_revoked_meanwhile_ends_it_for_another_session(server):
    model = model_at(server, concurrency=1)
    model.describe()
    server.key = "another"
    with pytest.raises(ModelFailed, match="wants a key: put it into OPENAI_API_KEY"):
        texts(model, 3)


def test_a_prompt_that_turns_out_too_long_is_told_once_the_others_are_drawn(server):
    long = failure(400, "This model's maximum context length is 8 tokens.")
    server.faults = [long]
    model, found = model_at(server, concurrency=1), []
    with pytest.raises(ConfigError, match=r"does not fit into the context of 'tiny' \(400.*--max-new-tokens"):
        found.extend(model.generate(requests(model, 3)))
    assert [position for position, each in found if not isinstance(each, Undrawn)] == [1, 2]


def test_closing_the_iterator_ends_what_is_under_way_at_once(server):
    model = model_at(server, concurrency=2)
    model.describe()
    server.faults = [Reply({"choices": []}, slow=60.0)]
    with closing(model.generate(requests(model, 5))) as found:
        next(found)
        names = {thread.name for thread in threading.enumerate()}
    assert "server" in names and "server" not in {thread.name for thread in threading.enumerate()}


# Before anything is drawn.


def starts(server, model="tiny", **options):
    found = OpenAIModel(model, base_url=server.url, **options)
    found.render(Prompt("chat", "Write f."))
    return found.describe()


def test_no_server_at_the_address():
    with serving(FakeServer()) as gone:
        url = gone.url
    with pytest.raises(ModelUnavailable, match=rf"No server answers at {url}: the connection failed.*--base-url"):
        OpenAIModel("tiny", base_url=url, retries=0).describe()


def test_a_wrong_key_is_told_without_the_key(server, monkeypatch):
    server.key = "right"
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with pytest.raises(ModelUnavailable, match="refuses the key in OPENAI_API_KEY") as raised:
        starts(server)
    assert KEY not in str(raised.value) and "***" in str(raised.value)


def test_a_missing_key_and_one_of_another_name(server, monkeypatch):
    server.key = KEY
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ModelUnavailable, match="wants a key: put it into MY_KEY"):
        starts(server, api_key_env="MY_KEY")
    monkeypatch.setenv("MY_KEY", KEY)
    assert KEY not in repr(starts(server, api_key_env="MY_KEY"))


def test_a_key_that_no_header_can_carry_is_not_shown(server, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-\nsecret")
    with pytest.raises(ConfigError, match="The key in OPENAI_API_KEY") as raised:
        starts(server)
    assert "secret" not in str(raised.value)


def test_an_unknown_model_is_told_with_those_that_there_are(server):
    with pytest.raises(ModelUnavailable, match=r"has no model 'tinny' \(404.*\. It has: tiny\."):
        starts(server, model="tinny")


def test_a_server_that_breaks_over_its_list_of_models_draws_all_the_same(server):
    server.listing_breaks = True
    assert texts(model_at(server)) == [GOOD]


def test_an_address_without_the_protocol(server):
    server.url = server.url.removesuffix("/v1") + "/other"
    server.rule = lambda body: Reply(b"not found", 404)
    server.model = "another"
    with pytest.raises(ModelUnavailable, match=r"404"):
        starts(server)


def test_a_window_that_is_too_small_for_the_longest_prompt(server):
    server.window = 40
    assert starts(server, max_new_tokens=30)["context_length"] == 40
    with pytest.raises(ConfigError, match=r"10 tokens; with 31 new tokens it does not fit into the 40 tokens.*by 1"):
        starts(server, max_new_tokens=31)


def test_a_prompt_that_is_refused_for_its_length(server):
    server.rule = lambda body: failure(400, "maximum context length is 5 tokens")
    with pytest.raises(ConfigError, match="does not fit into the context"):
        starts(server)


def test_a_server_that_wants_the_newer_name_of_the_limit(server):
    server.rule = lambda body: (
        failure(400, "Unsupported parameter: use 'max_completion_tokens'.") if "max_tokens" in body else None
    )
    model = model_at(server)
    assert texts(model) == [GOOD] and server.asked[0]["max_completion_tokens"] == 50


@pytest.mark.parametrize(
    "url", ["localhost:8000/v1", "ftp://localhost/v1", "http://", "http://me:pass@localhost/v1", "http://a/v1?key=1"]
)
def test_addresses_that_are_none_or_hold_secrets(url):
    with pytest.raises(ConfigError, match="The base URL must") as raised:
        OpenAIModel("tiny", base_url=url)
    assert "pass" not in str(raised.value).replace("password", "")


def test_no_address_at_all(monkeypatch):
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    with pytest.raises(ConfigError, match="Which server"):
        OpenAIModel("tiny")
