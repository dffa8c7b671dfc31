import pytest
from solution import read_event_log


@pytest.mark.requirement("reads-events")
@pytest.mark.example
def test_torn_last_line():
    result = read_event_log(b'{"kind": "start"}\n{"kind": "login", "user": 7}\n{"kind": "lo')
    assert result == ([{"kind": "start"}, {"kind": "login", "user": 7}], [3])


@pytest.mark.requirement("numbers-bad-lines")
@pytest.mark.example
def test_empty_log():
    assert read_event_log(b"") == ([], [])


@pytest.mark.requirement("reads-events")
def test_goes_on_after_a_bad_line():
    events, _ = read_event_log(b'{"n": 1}\n{"n": \n{"n": 3}\n')
    assert events == [{"n": 1}, {"n": 3}]


@pytest.mark.requirement("reads-events")
def test_windows_line_ends():
    assert read_event_log(b'{"n": 1}\r\n{"n": 2}\r\n') == ([{"n": 1}, {"n": 2}], [])


@pytest.mark.requirement("reads-events")
def test_text_beyond_ascii_and_nested_values():
    line = '{"who": "Zoë", "tags": ["日", {"deep": null}]}\n'
    assert read_event_log(line.encode()) == ([{"who": "Zoë", "tags": ["日", {"deep": None}]}], [])


@pytest.mark.requirement("numbers-bad-lines")
def test_every_bad_line_is_told():
    _, bad = read_event_log(b'no json\n{"n": 2}\n{"n": 3}}\n{"n": 4}\n{n: 5}\n')
    assert bad == [1, 3, 5]


@pytest.mark.requirement("only-objects-are-events")
def test_numbers_lists_and_null():
    for line in (b"42", b'"text"', b"null", b"[1, 2]", b"true"):
        assert read_event_log(b'{"n": 1}\n' + line) == ([{"n": 1}], [2])


@pytest.mark.requirement("blank-lines-count")
def test_bad_line_after_blank_lines():
    assert read_event_log(b'\n{"n": 2}\n\n   \n{"n": \n') == ([{"n": 2}], [5])


@pytest.mark.requirement("blank-lines-count")
def test_blank_lines_are_not_bad():
    assert read_event_log(b'{"n": 1}\n\n\r\n\t\n') == ([{"n": 1}], [])


@pytest.mark.requirement("bad-encoding-is-a-bad-line")
def test_latin_1_in_the_last_line():
    log = b'{"n": 1}\n' + '{"name": "Zoë"}\n'.encode("latin-1")
    assert read_event_log(log) == ([{"n": 1}], [2])


@pytest.mark.requirement("separators-inside-text")
def test_separators_that_json_allows():
    for separator in ("\u2028", "\u2029", "\x85", "\x7f"):
        line = f'{{"text": "a{separator}b"}}\n'
        assert read_event_log(line.encode()) == ([{"text": f"a{separator}b"}], [])


@pytest.mark.requirement("not-a-number-is-not-json")
def test_nan_and_infinities():
    for value in (b"NaN", b"Infinity", b"-Infinity"):
        assert read_event_log(b'{"n": 1}\n{"load": ' + value + b"}\n") == ([{"n": 1}], [2])


@pytest.mark.requirement("skips-byte-order-mark")
def test_file_that_begins_with_a_mark():
    assert read_event_log(b'\xef\xbb\xbf{"n": 1}\n{"n": 2}\n') == ([{"n": 1}, {"n": 2}], [])
