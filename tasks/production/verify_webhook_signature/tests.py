import hmac

import pytest
from solution import verify_webhook_signature

NOW = 1_700_000_000.0


def compare(first, second):
    return hmac.compare_digest(first, second)


def digest(key, body, seconds=1_700_000_000):
    return hmac.new(key, b"%d." % seconds + body, "sha256").hexdigest()


def header(key, body, seconds=1_700_000_000):
    return f"t={seconds},v1={digest(key, body, seconds)}"


def accepts(body, text, keys=(b"key",), now=NOW):
    return verify_webhook_signature(body, text, list(keys), now, compare)


@pytest.mark.requirement("accepts-genuine")
@pytest.mark.example
def test_genuine():
    assert verify_webhook_signature(b"paid", header(b"key", b"paid"), [b"key"], NOW + 60, compare) is True


@pytest.mark.requirement("signs-time-and-body")
@pytest.mark.example
def test_another_body():
    assert verify_webhook_signature(b"unpaid", header(b"key", b"paid"), [b"key"], NOW + 60, compare) is False


@pytest.mark.requirement("accepts-genuine")
def test_binary_body():
    body = b"\xff\xfe\x00 \r\n"
    assert accepts(body, header(b"key", body)) is True


@pytest.mark.requirement("accepts-genuine")
def test_empty_body():
    assert accepts(b"", header(b"key", b"")) is True


@pytest.mark.requirement("signs-time-and-body")
def test_another_time():
    text = header(b"key", b"paid").replace("t=1700000000", "t=1700000001")
    assert accepts(b"paid", text) is False


@pytest.mark.requirement("signs-time-and-body")
def test_one_more_line_end():
    assert accepts(b"paid\n", header(b"key", b"paid")) is False


@pytest.mark.requirement("signs-time-and-body")
def test_another_key():
    assert accepts(b"paid", header(b"other", b"paid")) is False


@pytest.mark.requirement("refuses-old")
def test_last_second():
    assert [accepts(b"paid", header(b"key", b"paid"), now=NOW + age) for age in (300, 301)] == [True, False]


@pytest.mark.requirement("refuses-old")
def test_from_the_future():
    assert [accepts(b"paid", header(b"key", b"paid"), now=NOW - early) for early in (300, 301)] == [True, False]


@pytest.mark.requirement("any-key-any-signature")
def test_old_key_is_still_known():
    assert accepts(b"paid", header(b"old key", b"paid"), [b"new key", b"old key"]) is True


@pytest.mark.requirement("any-key-any-signature")
def test_first_of_two_signatures():
    text = header(b"key", b"paid") + ",v1=" + digest(b"future key", b"paid")
    assert accepts(b"paid", text) is True


@pytest.mark.requirement("any-key-any-signature")
def test_second_of_two_signatures():
    text = f"{header(b'former key', b'paid')},v1={digest(b'key', b'paid')}"
    assert accepts(b"paid", text) is True


@pytest.mark.requirement("compares-in-constant-time")
def test_comparison_says_no():
    text = header(b"key", b"paid")
    assert verify_webhook_signature(b"paid", text, [b"key"], NOW, lambda first, second: False) is False


@pytest.mark.requirement("compares-in-constant-time")
def test_whole_signatures_are_compared():
    compared = []

    def note(first, second):
        compared.append({first, second})
        return False

    verify_webhook_signature(b"paid", "t=1700000000,v1=" + "0" * 64, [b"key"], NOW, note)
    assert compared == [{digest(b"key", b"paid"), "0" * 64}]


@pytest.mark.requirement("refuses-malformed")
def test_parts_are_missing():
    texts = ["", "t=1700000000", "v1=" + digest(b"key", b"paid"), "=", "t,v1", ",,,"]
    assert [accepts(b"paid", text) for text in texts] == [False] * len(texts)


@pytest.mark.requirement("refuses-malformed")
def test_time_is_no_number():
    for text in ("now", "", "1e9", "nan"):
        assert accepts(b"paid", f"t={text},v1=" + digest(b"key", b"paid")) is False


@pytest.mark.requirement("refuses-malformed")
def test_signature_beyond_ascii():  # hmac.compare_digest raises TypeError for such text
    assert accepts(b"paid", "t=1700000000,v1=" + "é" * 64) is False


@pytest.mark.requirement("refuses-malformed")
def test_half_a_signature():
    assert accepts(b"paid", header(b"key", b"paid")[:-32]) is False


@pytest.mark.requirement("needs-a-key")
def test_no_keys():
    assert accepts(b"paid", header(b"", b"paid"), []) is False


@pytest.mark.requirement("needs-a-key")
def test_empty_key():
    assert accepts(b"paid", header(b"", b"paid"), [b""]) is False
