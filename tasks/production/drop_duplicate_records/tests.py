import copy

import pytest
from solution import drop_duplicate_records


@pytest.mark.requirement("equal-means-equal")
@pytest.mark.example
def test_third_is_like_the_first():
    records = [{"id": 1, "name": "ann"}, {"id": 2, "name": "bob"}, {"id": 1, "name": "ann"}]
    assert drop_duplicate_records(records) == records[:2]


@pytest.mark.requirement("compares-given-fields")
@pytest.mark.example
def test_same_name():
    records = [{"id": 1, "name": "ann"}, {"id": 2, "name": "ann"}]
    assert len(drop_duplicate_records(records, key_fields=["name"])) == 1


@pytest.mark.requirement("keeps-the-first")
def test_first_of_three_with_the_same_key():
    records = [{"k": "a", "n": 1}, {"k": "b", "n": 2}, {"k": "a", "n": 3}, {"k": "c", "n": 4}, {"k": "b", "n": 5}]
    assert [each["n"] for each in drop_duplicate_records(records, ["k"])] == [1, 2, 4]


@pytest.mark.requirement("compares-given-fields")
def test_two_fields():
    records = [{"a": 1, "b": 1}, {"a": 1, "b": 2}, {"a": 2, "b": 1}, {"a": 1, "b": 2, "c": 3}]
    assert len(drop_duplicate_records(records, ["a", "b"])) == 3


@pytest.mark.requirement("compares-given-fields")
def test_values_change_places():
    records = [{"from": "x", "to": "y"}, {"from": "y", "to": "x"}]
    assert drop_duplicate_records(records, ["from", "to"]) == records


@pytest.mark.requirement("equal-means-equal")
def test_order_of_fields():
    assert len(drop_duplicate_records([{"a": 1, "b": 2}, {"b": 2, "a": 1}])) == 1


@pytest.mark.requirement("equal-means-equal")
def test_equal_numbers_of_different_types():
    assert len(drop_duplicate_records([{"a": 1}, {"a": 1.0}, {"a": True}])) == 1


@pytest.mark.requirement("equal-means-equal")
def test_values_that_only_look_alike():
    records = [{"a": 1}, {"a": "1"}, {"b": 1}, {"a": None}, {"a": "None"}, {"a": ""}]
    assert len(drop_duplicate_records(records)) == 6


@pytest.mark.requirement("equal-means-equal")
def test_tuple_is_no_list():
    assert len(drop_duplicate_records([{"a": (1, 2)}, {"a": [1, 2]}], ["a"])) == 2


@pytest.mark.requirement("any-values")
def test_lists_and_dicts():
    records = [
        {"tags": ["a"], "at": {"x": 1, "y": [2]}},
        {"tags": ["b"], "at": {}},
        {"at": {"y": [2], "x": 1}, "tags": ["a"]},
    ]
    assert len(drop_duplicate_records(records)) == 2


@pytest.mark.requirement("any-values")
def test_lists_as_keys():
    records = [{"tags": ["a", "b"]}, {"tags": ["b", "a"]}, {"tags": ["a", "b"], "n": 1}]
    assert len(drop_duplicate_records(records, ["tags"])) == 2


@pytest.mark.requirement("any-values")
def test_sets():
    assert len(drop_duplicate_records([{"a": {1, 2, 3}}, {"a": {3, 2, 1}}, {"a": {1, 2}}])) == 2


@pytest.mark.requirement("missing-is-not-none")
def test_missing_field():
    records = [{"a": None, "n": 1}, {"n": 2}, {"a": 0, "n": 3}]
    assert len(drop_duplicate_records(records, ["a"])) == 3


@pytest.mark.requirement("missing-is-not-none")
def test_missing_from_two():
    records = [{"n": 1, "b": 1}, {"n": 2, "b": 1}]
    assert len(drop_duplicate_records(records, ["a", "b"])) == 1


@pytest.mark.requirement("input-stays")
def test_list_stays():
    records = [{"a": [1]}, {"a": [1]}, {"a": [2]}]
    before = copy.deepcopy(records)
    drop_duplicate_records(records)
    assert records == before


@pytest.mark.requirement("input-stays")
def test_iterator():
    assert len(drop_duplicate_records(iter([{"a": 1}, {"a": 2}, {"a": 1}]))) == 2
