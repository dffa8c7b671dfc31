import copy

import pytest
from solution import redact_log_record


@pytest.mark.requirement("masks-secret-fields")
@pytest.mark.example
def test_password():
    record = {"user": "ann", "password": "hunter2"}
    assert redact_log_record(record, ["password"]) == {"user": "ann", "password": "***"}


@pytest.mark.requirement("masks-secret-fields")
def test_values_that_are_no_text():
    record = {"pin": 1234, "keys": ["k1", "k2"], "token": {"id": 7}, "session": None, "size": 1234}
    assert redact_log_record(record, ["pin", "keys", "token", "session"]) == {
        "pin": "***",
        "keys": "***",
        "token": "***",
        "session": "***",
        "size": 1234,
    }


@pytest.mark.requirement("masks-secret-fields")
def test_other_fields_stay():
    record = {"level": 20, "tags": ["a", "b"], "ratio": 0.5, "done": True, "next": None, "passwords": 2}
    assert redact_log_record(record, ["password"]) == record


@pytest.mark.requirement("at-any-depth")
def test_dict_in_list_in_dict():
    record = {"request": {"headers": [{"name": "x", "token": "abc-123"}, {"name": "y"}]}}
    assert redact_log_record(record, {"token"}) == {
        "request": {"headers": [{"name": "x", "token": "***"}, {"name": "y"}]}
    }


@pytest.mark.requirement("at-any-depth")
def test_lists_in_lists():
    record = {"batches": [[{"token": "abc-123"}], []]}
    assert redact_log_record(record, ["token"]) == {"batches": [[{"token": "***"}], []]}


@pytest.mark.requirement("spelling-of-names")
def test_header_for_a_field():
    assert redact_log_record({"X-Api-Key": "k-998877"}, ["x_api_key"]) == {"X-Api-Key": "***"}


@pytest.mark.requirement("spelling-of-names")
def test_field_for_a_header():
    record = {"apikey": "k-1", "api_key": "k-2", "APIKEY": "k-3"}
    assert redact_log_record(record, ["API-Key"]) == dict.fromkeys(record, "***")


@pytest.mark.requirement("masks-value-elsewhere")
def test_message_quotes_the_password():
    record = {"message": "login with hunter2", "password": "hunter2"}
    assert redact_log_record(record, ["password"]) == {"message": "login with ***", "password": "***"}


@pytest.mark.requirement("masks-value-elsewhere")
def test_text_stands_before_the_secret_and_in_lists():
    record = {"lines": ["sent s3cr3t", ["again s3cr3t, s3cr3t"]], "login": {"password": "s3cr3t"}}
    assert redact_log_record(record, ["password"]) == {
        "lines": ["sent ***", ["again ***, ***"]],
        "login": {"password": "***"},
    }


@pytest.mark.requirement("masks-value-elsewhere")
def test_secret_with_signs_of_regular_expressions():
    record = {"message": "used a.c+(1 but not abc", "password": "a.c+(1"}
    assert redact_log_record(record, ["password"])["message"] == "used *** but not abc"


@pytest.mark.requirement("masks-value-elsewhere")
def test_secret_stands_in_a_list():
    record = {"message": "sent s3cr3t", "logins": [{"password": "s3cr3t"}]}
    assert redact_log_record(record, ["password"])["message"] == "sent ***"


@pytest.mark.requirement("record-stays")
def test_record_is_the_same_afterwards():
    record = {"a": [{"password": "hunter2"}, "hunter2"], "b": {"c": {"password": "x-1"}}, "password": "y-2"}
    before = copy.deepcopy(record)
    redact_log_record(record, ["password"])
    assert record == before


@pytest.mark.requirement("empty-secret-is-harmless")
def test_empty_password():
    record = {"user": "ann", "password": ""}
    assert redact_log_record(record, ["password"])["user"] == "ann"


@pytest.mark.requirement("longest-secret-first")
def test_one_secret_begins_like_another():
    record = {"old_password": "rose", "password": "rosebud9", "message": "rosebud9 was rose"}
    assert redact_log_record(record, ["password", "old_password"])["message"] == "*** was ***"
