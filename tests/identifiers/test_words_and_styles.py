"""Taking names apart, and the built-in styles."""

import keyword
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalkit import registry
from evalkit.errors import ConfigError, UnknownName
from evalkit.identifiers import abbreviated, camel_case, new_names, snake_case, split_words
from evalkit.types import Task

WORDS = st.lists(st.text(string.ascii_lowercase, min_size=2, max_size=9), min_size=1, max_size=5)


def task_with(*parameters: str) -> Task:
    prompt = f'def function({", ".join(parameters)}):\n    """Text."""\n'
    return Task("s/t", "function", prompt, "", (), (), "", ())


@given(WORDS)
def test_joining_and_splitting_gives_the_words_back(words: list[str]) -> None:
    assert split_words("_".join(words)) == tuple(words)
    assert split_words(snake_case(words, "parameter")) == tuple(words)
    assert [word.lower() for word in split_words(camel_case(words, "parameter"))] == words
    assert [word.lower() for word in split_words(camel_case(words, "class"))] == words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("page_size", ("page", "size")),
        ("pageSize", ("page", "Size")),
        ("HTTPServer", ("HTTP", "Server")),
        ("base64_text", ("base64", "text")),
        ("value_2", ("value", "2")),
        ("_private_", ("private",)),
        ("x", ("x",)),
        ("größe_max", ("größe", "max")),
    ],
)
def test_words_of_a_name(name: str, words: tuple[str, ...]) -> None:
    assert split_words(name) == words


@pytest.mark.parametrize(
    ("name", "kind", "snake", "camel", "short"),
    [
        ("connection_pool_size", "parameter", "connection_pool_size", "connectionPoolSize", "cnnPl_sz"),
        ("parse", "function", "parse", "parse", "prs"),
        ("retry_after_each_error", "method", "retry_after_each_error", "retryAfterEachError", "rtrAft_ech_err"),
        ("ConnectionPool", "class", "ConnectionPool", "ConnectionPool", "CnnPl"),
        ("HTTPError", "class", "HTTPError", "HTTPError", "HTTErr"),
        ("maxItems", "parameter", "max_items", "maxItems", "mxItm"),
        ("sha256_of", "function", "sha256_of", "sha256Of", "sh256Of"),
    ],
)
def test_names_in_each_style(name: str, kind: str, snake: str, camel: str, short: str) -> None:
    words = split_words(name)
    assert [style(words, kind) for style in (snake_case, camel_case, abbreviated)] == [snake, camel, short]  # type: ignore[arg-type]  # parametrize knows no literals


@given(
    st.lists(WORDS.map("_".join), min_size=1, max_size=12, unique=True), st.sampled_from(["camelCase", "abbreviated"])
)
def test_new_names_never_clash_and_are_always_the_same(names: list[str], style: str) -> None:
    parameters = [name for name in names if not keyword.iskeyword(name) and name != "function"]
    task = task_with(*parameters)
    chosen = new_names(task, style)
    kept = {*parameters, "function"} - chosen.keys()
    assert len({*chosen.values(), *kept}) == len(parameters) + 1
    for name in chosen.values():
        assert name.isidentifier()
        assert not keyword.iskeyword(name) and not keyword.issoftkeyword(name)
        assert name not in dir(__builtins__)
    assert new_names(task, style) == chosen


def test_clashes_are_numbered_in_the_order_of_the_prompt() -> None:
    task = task_with("page_size", "pages_size", "paging_size", "integer", "i_s")
    assert new_names(task, "abbreviated") == {
        "function": "fnc",
        "page_size": "pgSz",
        "pages_size": "pgsSz",
        "paging_size": "pgnSz",
        "integer": "int2",
        "i_s": "iS",
    }
    task = task_with("total_size", "titled_size")
    assert new_names(task, "abbreviated")["titled_size"] == "ttlSz2"


def test_words_that_occur_in_the_task_are_avoided() -> None:
    task = task_with("page_size")
    assert new_names(task, "camelCase") == {"page_size": "pageSize"}
    task = Task("s/t", "function", task.prompt, "pageSize = 1\n", (), (), "pageSize2 = 2\n", ())
    assert new_names(task, "camelCase") == {"page_size": "pageSize3"}


def test_underscores_at_the_ends_stay() -> None:
    assert new_names(task_with("class_name_"), "camelCase") == {"class_name_": "className_"}


def test_an_unknown_style_lists_the_known_ones() -> None:
    with pytest.raises(
        UnknownName, match=r"Unknown identifier style 'kebab'. Available: abbreviated, camelCase, snake_case"
    ):
        new_names(task_with("a_b"), "kebab")


def shouting(words: tuple[str, ...], kind: str) -> str:
    return "_".join(words).upper()


def kebab(words: tuple[str, ...], kind: str) -> str:
    return "-".join(words)


def test_a_style_of_ones_own_is_one_function(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "resolve", lambda kind, name: {"shouting": shouting, "kebab": kebab}[name])
    assert new_names(task_with("a_b"), "shouting") == {"function": "FUNCTION", "a_b": "A_B"}
    with pytest.raises(ConfigError, match="'kebab' turns 'a_b' into 'a-b', which is not a Python identifier"):
        new_names(task_with("a_b"), "kebab")
