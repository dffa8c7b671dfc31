"""Backends by name, by dotted path, with what they are given; those whose packages are extras; the guide's example."""

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

import evalkit
from evalkit.errors import ConfigError, ModelUnavailable, UnknownName
from evalkit.models import load_model
from evalkit.models.vllm import check, completion, sampling
from evalkit.types import Cell, Prompt, Request, SampleKey, Shaping, StopReason

GUIDE = Path(evalkit.__file__).parent.parent / "docs" / "models.md"


class Named:
    """A backend of somebody else."""

    def __init__(self, name="default", *, colour="red", dtype="none"):
        self.name, self.colour, self.dtype = name, colour, dtype


@pytest.fixture
def _somebodys(monkeypatch):
    monkeypatch.setitem(sys.modules, "somebodys", SimpleNamespace(Named=Named, ready=SimpleNamespace(name="ready")))


@pytest.mark.usefixtures("_somebodys")
def test_what_follows_the_class_is_its_argument_and_options_are_the_rest():
    model = load_model("somebodys:Named:a:b", options={"colour": "blue"}, dtype="fp32", batch_size=3)
    assert (model.name, model.colour, model.dtype) == ("a:b", "blue", "fp32")
    assert load_model("somebodys:Named").name == "default"
    assert load_model("somebodys:ready").name == "ready"


@pytest.mark.usefixtures("_somebodys")
def test_an_option_that_a_backend_does_not_have_is_told_with_those_it_has():
    with pytest.raises(ConfigError, match=r"has no option 'color'. Its options: colour, dtype"):
        load_model("somebodys:Named", options={"color": "blue"})


def test_an_unknown_backend():
    with pytest.raises(UnknownName, match="Cannot load model 'opanai:gpt'"):
        load_model("opanai:gpt")
    with pytest.raises(ConfigError, match="scripted"):
        load_model("scripted:me")


@pytest.mark.parametrize("package", ["llama_cpp", "vllm"])
def test_a_package_that_is_missing_is_told_with_the_command_that_installs_it(package, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, package, None)
    (tmp_path / "x.gguf").write_bytes(b"GGUF")
    extra = package.replace("_", "-")
    with pytest.raises(ModelUnavailable, match=rf"pip install 'evalkit\[{extra}\]'"):
        load_model(f"{package}:{tmp_path / 'x.gguf'}")


def test_the_backend_of_the_guide_draws(monkeypatch):
    module = ModuleType("shouting")
    monkeypatch.setitem(sys.modules, "shouting", module)
    [code] = re.findall(r"```python\n# shouting\.py\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    exec(compile(code, "shouting.py", "exec"), module.__dict__)
    model = load_model("shouting:ShoutingModel:loud", options={"marks": 2})
    request = Request(asked().key, model.render(Prompt("base", "def f():\n")), 1, 20)
    [(position, found)] = model.generate([request])
    assert position == 0 and found.text == "    return 'LOUD!!'\n" and found.stop_reason is StopReason.EOS
    assert model.describe()["name"] == model.name == "loud"
    assert found.tokens.ids == () and found.token_count is None


def asked(temperature=0.8, **values):
    key = SampleKey("a/b", Cell("m", temperature, "snake_case", "plain"), 0)
    return Request(key, "def f():", 1, 20, **values)


def test_what_vllm_is_asked():
    plain = sampling(asked(stop=("\ndef ",)))
    assert (plain["top_p"], plain["top_k"], plain["min_p"], plain["repetition_penalty"]) == (1.0, -1, 0.0, 1.0)
    assert plain["stop"] == ["\ndef "] and plain["logprobs"] == 1 and plain["max_tokens"] == 20
    assert sampling(asked(shaping=Shaping(top_k=4)))["top_k"] == 4
    assert sampling(asked(top_logprobs=5))["logprobs"] == 5
    assert sampling(asked())["seed"] == sampling(asked())["seed"] != sampling(asked(0.2))["seed"]


@pytest.mark.parametrize(
    ("request_", "line"),
    [
        (asked(0.005), "temperature 0 or from 0.01 to 2.0, not at 0.005"),
        (asked(2.5), "not at 2.5"),
        (asked(top_logprobs=1001), "at most 1000 --top-logprobs, not 1001"),
    ],
)
def test_what_vllm_would_change_or_refuse_is_told_before_it_is_asked(request_, line):
    for allowed in (asked(0), asked(0.01), asked(2.0), asked(top_logprobs=1000)):
        check(allowed)
    with pytest.raises(ConfigError, match=line):
        check(request_)


def test_what_is_made_of_vllms_output():
    def likely(logprob, rank, text):
        return SimpleNamespace(logprob=logprob, rank=rank, decoded_token=text)

    steps = [
        {7: likely(-0.5, 2, "x ="), 8: likely(-0.1, 1, "y")},
        {9: likely(-0.2, 1, " 1")},
        {2: likely(-1, 1, "</s>")},
    ]
    drawn = SimpleNamespace(
        text="x = 1</s>", token_ids=[7, 9, 2], logprobs=steps, finish_reason="stop", stop_reason=None
    )
    found = completion(asked(1, top_logprobs=1), SimpleNamespace(outputs=[drawn], prompt_token_ids=[1, 2, 3]))
    assert (found.text, found.stop_reason, found.prompt_tokens) == ("x = 1", StopReason.EOS, 3)
    assert found.tokens.ends == (3, 5, 5) and found.tokens.ranks == (2, 1, 1)
    assert found.tokens.drawn_logprobs == found.tokens.logprobs == (-0.5, -0.2, -1.0)
    assert found.tokens.top_ids == ((8,), (9,), (2,))


@pytest.mark.skipif(importlib.util.find_spec("vllm") is None, reason="vllm is not installed")
@pytest.mark.slow
@pytest.mark.model
def test_vllm_draws_with_log_probabilities(starter):
    [(_, found)] = load_model(f"vllm:{starter.folder}").generate([asked(0)])
    assert found.text and len(found.tokens.ids) == len(found.tokens.logprobs)
