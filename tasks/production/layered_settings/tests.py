import pytest
from solution import LayeredSettings


def merged(*layers):
    """What holds when these layers lie on each other."""
    settings = LayeredSettings()
    for number, layer in enumerate(layers):
        settings.set_layer(f"layer {number}", layer)
    return settings.merged_settings()


@pytest.mark.requirement("later-layer-wins")
@pytest.mark.example
def test_two_layers():
    settings = LayeredSettings()
    settings.set_layer("defaults", {"port": 80, "log": {"level": "info", "file": "app.log"}})
    settings.set_layer("file", {"log": {"level": "debug", "color": True}, "port": None})
    assert settings.merged_settings() == {"log": {"level": "debug", "file": "app.log", "color": True}}


@pytest.mark.requirement("later-layer-wins")
def test_three_levels_deep():
    result = merged({"db": {"pool": {"size": 5, "wait": 1}}}, {"db": {"pool": {"size": 9}}})
    assert result == {"db": {"pool": {"size": 9, "wait": 1}}}


@pytest.mark.requirement("later-layer-wins")
def test_three_layers():
    result = merged({"a": 1, "b": {"x": 1}}, {"b": {"y": 2}}, {"b": {"x": 3}, "c": 4})
    assert result == {"a": 1, "b": {"x": 3, "y": 2}, "c": 4}


@pytest.mark.requirement("later-layer-wins")
def test_no_layers():
    assert merged() == {}


@pytest.mark.requirement("lists-are-replaced")
def test_shorter_list():
    assert merged({"hosts": ["a", "b"], "n": 1}, {"hosts": ["c"]}) == {"hosts": ["c"], "n": 1}


@pytest.mark.requirement("none-removes")
def test_none_deep_inside():
    result = merged({"db": {"pool": {"size": 5, "wait": 1}}}, {"db": {"pool": {"wait": None}}})
    assert result == {"db": {"pool": {"size": 5}}}


@pytest.mark.requirement("none-removes")
def test_removed_key_comes_back_in_a_later_layer():
    assert merged({"proxy": "old"}, {"proxy": None}, {"proxy": "new"}) == {"proxy": "new"}


@pytest.mark.requirement("layer-set-again")
def test_settings_of_before_are_gone():
    settings = LayeredSettings()
    settings.set_layer("user", {"theme": "dark", "size": 9})
    settings.set_layer("user", {"size": 10})
    assert settings.merged_settings() == {"size": 10}


@pytest.mark.requirement("layer-set-again")
def test_layer_keeps_its_place():
    settings = LayeredSettings()
    settings.set_layer("low", {"v": 1})
    settings.set_layer("high", {"v": 2})
    settings.set_layer("low", {"v": 3})
    assert settings.merged_settings() == {"v": 2}


@pytest.mark.requirement("none-in-a-new-part")
def test_none_in_a_dictionary_that_was_not_there():
    assert merged({"a": 1}, {"tls": {"key": None, "port": 443}}) == {"a": 1, "tls": {"port": 443}}


@pytest.mark.requirement("none-in-a-new-part")
def test_none_in_the_only_layer():
    assert merged({"a": {"b": {"c": None, "d": 1}}}) == {"a": {"b": {"d": 1}}}


@pytest.mark.requirement("kinds-may-differ")
def test_dictionary_over_plain_value():
    assert merged({"log": "app.log"}, {"log": {"file": "x.log"}}) == {"log": {"file": "x.log"}}


@pytest.mark.requirement("kinds-may-differ")
def test_plain_value_over_dictionary():
    assert merged({"log": {"file": "x.log"}}, {"log": False}) == {"log": False}


@pytest.mark.requirement("falsy-values-win-too")
def test_zero_and_empty_text():
    result = merged({"retries": 3, "on": {"mail": True}, "prefix": "v"}, {"retries": 0, "on": {"mail": False}})
    assert result == {"retries": 0, "on": {"mail": False}, "prefix": "v"}


@pytest.mark.requirement("falsy-values-win-too")
def test_empty_list():
    assert merged({"hosts": ["a"]}, {"hosts": []}) == {"hosts": []}


@pytest.mark.requirement("merging-changes-no-layer")
def test_dropped_layer_leaves_no_trace():
    settings = LayeredSettings()
    settings.set_layer("defaults", {"log": {"level": "info"}})
    settings.set_layer("trial", {"log": {"level": "debug", "color": True}})
    settings.merged_settings()
    settings.drop_layer("trial")
    assert settings.merged_settings() == {"log": {"level": "info"}}


@pytest.mark.requirement("merging-changes-no-layer")
def test_removed_key_returns_with_the_dropped_layer():
    settings = LayeredSettings()
    settings.set_layer("defaults", {"tls": {"port": 443, "old": True}})
    settings.set_layer("trial", {"tls": {"old": None}})
    settings.merged_settings()
    settings.drop_layer("trial")
    assert settings.merged_settings() == {"tls": {"port": 443, "old": True}}
