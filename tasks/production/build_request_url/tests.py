from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from solution import build_request_url


def query_of(url):
    return parse_qsl(urlsplit(url).query, keep_blank_values=True, strict_parsing=True)


def segments_of(url):
    return [unquote(segment) for segment in urlsplit(url).path.split("/")]


@pytest.mark.requirement("joins-segments")
@pytest.mark.example
def test_item_42():
    url = build_request_url("https://shop.example/api", ["items", "42"], {"page": 2})
    assert url == "https://shop.example/api/items/42?page=2"


@pytest.mark.requirement("joins-segments")
def test_base_with_a_slash_at_the_end():
    assert build_request_url("https://shop.example/api/v2/", ["items"]) == "https://shop.example/api/v2/items"


@pytest.mark.requirement("joins-segments")
def test_base_with_two_parts():
    assert build_request_url("https://shop.example/api/v2", ["items", "7"]) == "https://shop.example/api/v2/items/7"


@pytest.mark.requirement("joins-segments")
def test_base_without_a_path():
    assert build_request_url("http://localhost:8080", ["health"]) == "http://localhost:8080/health"


@pytest.mark.requirement("joins-segments")
def test_base_alone():
    assert build_request_url("https://shop.example/api") == "https://shop.example/api"


@pytest.mark.requirement("adds-query-values")
def test_kinds_of_values():
    url = build_request_url("https://a.example/x", [], {"q": "tea", "max": 2.5, "zero": 0, "new": True, "old": False})
    assert query_of(url) == [("q", "tea"), ("max", "2.5"), ("zero", "0"), ("new", "true"), ("old", "false")]


@pytest.mark.requirement("adds-query-values")
def test_empty_text_is_a_value():
    assert query_of(build_request_url("https://a.example/x", [], {"q": "", "p": 1})) == [("q", ""), ("p", "1")]


@pytest.mark.requirement("repeats-lists")
def test_list():
    url = build_request_url("https://a.example/x", [], {"tag": ["new", "red"], "page": 1})
    assert query_of(url) == [("tag", "new"), ("tag", "red"), ("page", "1")]


@pytest.mark.requirement("repeats-lists")
def test_nothing():
    assert build_request_url("https://a.example/x", [], {"tag": None, "size": []}) == "https://a.example/x"


@pytest.mark.requirement("encodes-segments")
def test_slash_in_a_segment():
    url = build_request_url("https://a.example/files", ["2024/05 report?.pdf", "raw"])
    assert segments_of(url) == ["", "files", "2024/05 report?.pdf", "raw"]
    assert "+" not in url


@pytest.mark.requirement("encodes-segments")
def test_segments_with_other_signs():
    assert segments_of(build_request_url("https://a.example", ["50% off", "a#b", "è"])) == ["", "50% off", "a#b", "è"]


@pytest.mark.requirement("encodes-query-values")
def test_signs_of_queries_in_a_value():
    url = build_request_url("https://a.example/x", [], {"q": "salt & pepper = 100%", "p": "a+b#c"})
    assert query_of(url) == [("q", "salt & pepper = 100%"), ("p", "a+b#c")]


@pytest.mark.requirement("encodes-query-values")
def test_name_and_value_in_other_letters():
    url = build_request_url("https://a.example/x", [], {"größe": "日本", "a&b": "x"})
    assert query_of(url) == [("größe", "日本"), ("a&b", "x")]
    assert url.isascii()


@pytest.mark.requirement("keeps-existing-query")
def test_base_with_a_query():
    url = build_request_url("https://a.example/x?key=k%201", [], {"page": "3"})
    assert query_of(url) == [("key", "k 1"), ("page", "3")]


@pytest.mark.requirement("keeps-existing-query")
def test_base_with_a_query_and_segments():
    url = build_request_url("https://a.example/x?key=k", ["y"], {"page": "3"})
    assert segments_of(url) == ["", "x", "y"]
    assert query_of(url) == [("key", "k"), ("page", "3")]
