"""Taking names apart, and the built-in styles."""

import keyword
import string
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit import registry
from evalkit.errors import ConfigError, UnknownName
from evalkit.identifiers import Kind, Name, camel_case, new_names, snake_case, split_words
from evalkit.types import Task

WORDS = st.lists(st.text(string.ascii_lowercase, min_size=2, max_size=9), min_size=1, max_size=5)


def task_with(*parameters: str) -> Task:
    prompt = f'def function({", ".join(parameters)}):\n    """Text."""\n'
    return Task("s/t", "function", prompt, "", (), (), "", ())


@settings(deadline=None)
@given(WORDS)
def test_joining_and_splitting_gives_the_words_back(words: list[str]) -> None:
    assert split_words("_".join(words)) == tuple(words)
    name = "_".join(words)
    assert split_words(snake_case(Name(name, "parameter"))) == tuple(words)
    assert [word.lower() for word in split_words(camel_case(Name(name, "parameter")))] == words
    assert [word.lower() for word in split_words(camel_case(Name(name, "class")))] == words


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


SPELLED = ("snake_case", "camelCase", "PascalCase", "SCREAMING_SNAKE", "abbreviated", "verbose")
STYLES = (*SPELLED, "single_letters", "opaque", "misleading")


@pytest.mark.parametrize(
    ("name", "kind", "spelled"),
    [
        (
            "connection_pool_size",
            "parameter",
            "connection_pool_size connectionPoolSize ConnectionPoolSize CONNECTION_POOL_SIZE cnnPl_sz "
            "the_given_connection_pool_size_argument",
        ),
        ("parse", "function", "parse parse Parse PARSE prs call_the_parse_function"),
        (
            "retry_after_each_error",
            "method",
            "retry_after_each_error retryAfterEachError RetryAfterEachError RETRY_AFTER_EACH_ERROR rtrAft_ech_err "
            "call_the_retry_after_each_error_method",
        ),
        (
            "ConnectionPool",
            "class",
            "ConnectionPool ConnectionPool ConnectionPool CONNECTION_POOL CnnPl TheConnectionPoolClass",
        ),
        ("HTTPError", "class", "HTTPError HTTPError HTTPError HTTP_ERROR HTTErr TheHTTPErrorClass"),
        ("maxItems", "attribute", "max_items maxItems MaxItems MAX_ITEMS mxItm the_stored_maximum_items_attribute"),
        ("sha256_of", "function", "sha256_of sha256Of Sha256Of SHA256_OF sh256Of call_the_sha256_of_function"),
    ],
)
def test_names_in_each_style(name: str, kind: Kind, spelled: str) -> None:
    made = [registry.resolve("identifier style", style)(Name(name, kind)) for style in SPELLED]
    assert made == spelled.split()


def test_nine_styles_and_the_names_as_written_are_known() -> None:
    assert set(registry.names("identifier style")) == {*STYLES, "as_written"}
    assert new_names(task_with("page_size", "pageCount", "N"), "as_written") == {}


@settings(deadline=None)
@given(st.lists(WORDS.map("_".join), min_size=1, max_size=12, unique=True), st.sampled_from(STYLES))
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
        UnknownName,
        match=r"Unknown identifier style 'kebab'. Available: PascalCase, SCREAMING_SNAKE, abbreviated, as_written, ",
    ):
        new_names(task_with("a_b"), "kebab")


def test_letters_and_numbers_are_counted_in_the_order_of_the_prompt() -> None:
    task = task_with("page_size", "page_sum", "page_start", "total")
    assert new_names(task, "single_letters") == {
        "function": "f",
        "page_size": "p",
        "page_sum": "s",
        "page_start": "a",
        "total": "t",
    }
    assert new_names(task, "opaque") == {
        "function": "f1",
        "page_size": "v1",
        "page_sum": "v2",
        "page_start": "v3",
        "total": "v4",
    }


def test_more_names_than_letters_are_numbered() -> None:
    task = task_with(*(f"p_{chr(number)}_{n}" for number in range(97, 123) for n in range(1, 4)))
    chosen = new_names(task, "single_letters").values()
    assert len(chosen) == len(set(chosen)) == 79
    assert sum(len(name) == 1 for name in chosen) > 40
    assert "p2" in chosen


def test_misleading_names_are_exchanged_within_their_sort() -> None:
    prompt = """
class UserStore:
    def __init__(self, max_users):
        self.user_count = 0
    def add_user(self, user_name): "Add."
    def drop_user(self, user_name): "Drop."
    """
    task = Task("s/t", "UserStore", prompt, "", (), (), prompt, ())
    assert new_names(task, "misleading") == {
        "UserStore": "MaxUsers",  # the only class: with the values, which are most
        "max_users": "user_name",
        "user_name": "user_count",
        "user_count": "user_store",
        "add_user": "drop_user",
        "drop_user": "add_user",
    }


def test_a_name_that_a_variable_has_too_is_not_given_away() -> None:
    prompt = 'def scale_all(item_list, by_factor):\n    """Text."""\n'
    reference = "def scale_all(item_list, by_factor):\n    return [each * by_factor for each in item_list]\n"
    task = Task("s/t", "scale_all", prompt, "", (), (), reference, ())
    assert new_names(task, "misleading")["scale_all"] == "item_list"
    tests = (
        "from solution import scale_all\n\n\ndef test():\n    item_list = []\n    assert not scale_all(item_list, 2)\n"
    )
    assert new_names(replace(task, tests_source=tests), "misleading")["scale_all"] == "item_list2"


def test_a_task_with_one_name_cannot_mislead() -> None:
    assert new_names(task_with(), "misleading") == {}


def shouting(name: Name) -> str:
    return "_".join(name.words).upper()


def counted(name: Name) -> list[str]:
    return ["first", "second"]


def constant(name: Name) -> str:
    return "same"


BAD: dict[str, tuple[Any, str]] = {
    "kebab": (lambda name: "-".join(name.words), "turns 'a_b' into 'a-b', which is not a Python identifier."),
    "private": (lambda name: f"__{name.text}", "turns 'a_b' into '__a_b', which is private; begin with a letter."),
    "ligature": (lambda name: "ﬁnd", "turns 'a_b' into 'ﬁnd', which is read by Python as 'find'."),
    "empty": (lambda name: "", "turns 'a_b' into '', which is not a Python identifier."),
    "number": (lambda name: 7, "turns 'a_b' into 7, which is not a name."),
    "numbers": (lambda name: [7], "turns 'a_b' into 7, which is not a Python identifier."),
    "none": (lambda name: [], "proposes nothing for 'a_b'."),
    "raises": (lambda name: name.words[9], "fails on 'a_b': IndexError: tuple index out of range"),
    "two": (lambda words, kind: "x", "fails on 'a_b': TypeError: "),
    "text": ("camel", "is not a function but a str."),
}


@pytest.mark.parametrize("style", BAD)
def test_a_bad_style_is_told_in_one_line(style: str, monkeypatch: pytest.MonkeyPatch) -> None:
    function, message = BAD[style]
    monkeypatch.setattr(registry, "resolve", lambda kind, name: function)
    task = Task("s/t", "a_b", 'def a_b():\n    """Text."""\n', "", (), (), "", ())
    with pytest.raises(ConfigError) as caught:
        new_names(task, style)
    assert str(caught.value).startswith(f"Identifier style {style!r} {message}")
    assert "\n" not in str(caught.value)


def test_a_style_of_ones_own_is_one_function(monkeypatch: pytest.MonkeyPatch) -> None:
    own = {"shouting": shouting, "counted": counted, "constant": constant, "closed": lambda name: f"{name.text}_"}
    monkeypatch.setattr(registry, "resolve", lambda kind, name: own[name])
    task = task_with("a_b", "c_d", "e_f")
    assert new_names(task, "shouting") == {"function": "FUNCTION", "a_b": "A_B", "c_d": "C_D", "e_f": "E_F"}
    assert new_names(task, "counted") == {"function": "first", "a_b": "second", "c_d": "first2", "e_f": "first3"}
    assert new_names(task, "constant") == {"function": "same", "a_b": "same2", "c_d": "same3", "e_f": "same4"}
    assert new_names(task, "closed") == {"function": "function_", "a_b": "a_b_", "c_d": "c_d_", "e_f": "e_f_"}
