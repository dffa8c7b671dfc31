import pytest
from solution import merge_configs


@pytest.mark.requirement("override-wins")
@pytest.mark.example
def test_flat():
    assert merge_configs({"debug": False, "port": 80}, {"port": 8080}) == {"debug": False, "port": 8080}


@pytest.mark.requirement("merges-nested")
@pytest.mark.example
def test_one_level_down():
    assert merge_configs({"db": {"host": "localhost", "pool": 5}}, {"db": {"pool": 20}}) == {
        "db": {"host": "localhost", "pool": 20}
    }


@pytest.mark.requirement("override-wins")
def test_lists_are_replaced():
    assert merge_configs({"tags": ["a", "b"]}, {"tags": ["c"]}) == {"tags": ["c"]}


@pytest.mark.requirement("override-wins")
def test_keys_of_one_side_only():
    assert merge_configs({"left": 1}, {"right": {"deep": 2}}) == {"left": 1, "right": {"deep": 2}}


@pytest.mark.requirement("merges-nested")
def test_three_levels_down():
    base = {"app": {"log": {"level": "info", "file": "app.log"}, "name": "shop"}}
    merged = merge_configs(base, {"app": {"log": {"level": "debug"}}})
    assert merged == {"app": {"log": {"level": "debug", "file": "app.log"}, "name": "shop"}}


@pytest.mark.requirement("falsy-override-wins")
def test_switched_off():
    assert merge_configs({"cache": True, "retries": 3}, {"cache": False, "retries": 0}) == {
        "cache": False,
        "retries": 0,
    }


@pytest.mark.requirement("falsy-override-wins")
def test_emptied():
    assert merge_configs({"prefix": "v1", "hosts": ["a"]}, {"prefix": "", "hosts": []}) == {
        "prefix": "",
        "hosts": [],
    }


@pytest.mark.requirement("type-may-change")
def test_plain_value_becomes_a_dictionary():
    assert merge_configs({"cache": True}, {"cache": {"size": 100}}) == {"cache": {"size": 100}}


@pytest.mark.requirement("type-may-change")
def test_dictionary_becomes_a_plain_value():
    assert merge_configs({"cache": {"size": 100}}, {"cache": "off"}) == {"cache": "off"}


@pytest.mark.requirement("inputs-unchanged")
def test_base_stays_as_it_was():
    base = {"db": {"user": "app", "options": {"ssl": True}}, "port": 1}
    merge_configs(base, {"db": {"user": "admin", "options": {"ssl": False}}, "port": 2})
    assert base == {"db": {"user": "app", "options": {"ssl": True}}, "port": 1}


@pytest.mark.requirement("inputs-unchanged")
def test_override_stays_as_it_was():
    override = {"db": {"user": "admin"}}
    merge_configs({"db": {"user": "app", "pool": 5}}, override)
    assert override == {"db": {"user": "admin"}}
