import pytest
from solution import plan_waves


def waves(needs):
    return [list(wave) for wave in plan_waves(needs)]


@pytest.mark.requirement("waves")
@pytest.mark.example
def test_a_chain():
    assert waves({"build": [], "test": ["build"], "ship": ["test"]}) == [["build"], ["test"], ["ship"]]


@pytest.mark.requirement("waves")
def test_steps_that_can_be_done_at_once():
    needs = {"a": [], "b": [], "c": ["a", "b"], "d": ["a"], "e": ["c", "d"]}
    assert [sorted(wave) for wave in waves(needs)] == [["a", "b"], ["c", "d"], ["e"]]


@pytest.mark.requirement("waves")
def test_the_longest_way_counts():
    needs = {"a": [], "b": ["a"], "c": ["a", "b"], "d": ["c"], "e": []}
    assert [sorted(wave) for wave in waves(needs)] == [["a", "e"], ["b"], ["c"], ["d"]]


@pytest.mark.requirement("names-in-order")
def test_names_that_come_in_another_order():
    found = waves({"pear": [], "fig": [], "apple": [], "plum": [], "end": ["fig", "plum", "pear", "apple"]})
    assert [name for wave in found for name in wave if name != "end"] == ["apple", "fig", "pear", "plum"]


@pytest.mark.requirement("circle")
def test_two_steps_that_need_each_other():
    with pytest.raises(ValueError):
        plan_waves({"start": [], "a": ["b", "start"], "b": ["a"]})


@pytest.mark.requirement("circle")
def test_a_step_that_needs_itself():
    with pytest.raises(ValueError):
        plan_waves({"start": [], "a": ["a"]})


@pytest.mark.requirement("only-needed")
def test_a_step_without_an_entry():
    assert [sorted(wave) for wave in waves({"ship": ["pack"]})] == [["pack"], ["ship"]]


@pytest.mark.requirement("only-needed")
def test_steps_with_and_without_entries():
    found = waves({"ship": ["pack", "label"], "label": ["print"]})
    assert [sorted(wave) for wave in found] == [["pack", "print"], ["label"], ["ship"]]
