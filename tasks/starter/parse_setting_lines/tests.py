import pytest
from solution import parse_setting_lines


@pytest.mark.requirement("reads-pairs")
@pytest.mark.example
def test_two_pairs():
    assert parse_setting_lines(["host=localhost", "port = 8080"]) == {"host": "localhost", "port": "8080"}


@pytest.mark.requirement("skips-blanks-and-comments")
@pytest.mark.example
def test_comment_and_blank_line():
    assert parse_setting_lines(["# who may log in", "", "user=admin"]) == {"user": "admin"}


@pytest.mark.requirement("reads-pairs")
def test_spaces_inside_a_value_stay():
    assert parse_setting_lines(["  title =  two words "]) == {"title": "two words"}


@pytest.mark.requirement("reads-pairs")
def test_lines_that_still_end_in_a_newline():
    assert parse_setting_lines(["mode=fast\n", "level=3\n"]) == {"mode": "fast", "level": "3"}


@pytest.mark.requirement("skips-blanks-and-comments")
def test_line_of_spaces_and_comment_with_equals():
    assert parse_setting_lines(["   ", "#old=1", "new=2"]) == {"new": "2"}


@pytest.mark.requirement("keeps-equals-in-value")
def test_query_string():
    assert parse_setting_lines(["url=/search?q=tea&page=2"]) == {"url": "/search?q=tea&page=2"}


@pytest.mark.requirement("keeps-equals-in-value")
def test_base64_padding():
    assert parse_setting_lines(["secret=c2VjcmV0MQ=="]) == {"secret": "c2VjcmV0MQ=="}


@pytest.mark.requirement("keeps-hash-in-value")
def test_colour():
    assert parse_setting_lines(["colour=#ff8800"]) == {"colour": "#ff8800"}


@pytest.mark.requirement("keeps-hash-in-value")
def test_hash_in_a_password():
    assert parse_setting_lines(["password=ab#12"]) == {"password": "ab#12"}


@pytest.mark.requirement("keeps-empty-value")
def test_nothing_after_the_equals():
    assert parse_setting_lines(["proxy=", "retries=3"]) == {"proxy": "", "retries": "3"}


@pytest.mark.requirement("rejects-malformed-line")
def test_line_without_equals():
    with pytest.raises(ValueError):
        parse_setting_lines(["retries=3", "timeout 30"])
