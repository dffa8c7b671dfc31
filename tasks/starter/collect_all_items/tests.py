import pytest
from solution import collect_all_items


@pytest.mark.requirement("collects-in-order")
@pytest.mark.example
def test_three_pages():
    pages = {None: (["a", "b"], "p2"), "p2": (["c"], "p3"), "p3": (["d"], None)}
    assert collect_all_items(lambda cursor: pages[cursor]) == ["a", "b", "c", "d"]


@pytest.mark.requirement("collects-in-order")
@pytest.mark.example
def test_single_page():
    assert collect_all_items(lambda cursor: (["only"], None)) == ["only"]


@pytest.mark.requirement("collects-in-order")
def test_equal_items_on_different_pages():
    pages = {None: ([3, 1], "x"), "x": ([1, 2], None)}
    assert collect_all_items(lambda cursor: pages[cursor]) == [3, 1, 1, 2]


@pytest.mark.requirement("collects-in-order")
def test_nothing_at_all():
    assert collect_all_items(lambda cursor: ([], None)) == []


@pytest.mark.requirement("follows-cursors")
def test_each_page_is_asked_for_once():
    pages = {None: ([1], "second"), "second": ([2], "third"), "third": ([3], None)}
    asked = []

    def fetch(cursor):
        asked.append(cursor)
        return pages[cursor]

    collect_all_items(fetch)
    assert asked == [None, "second", "third"]


@pytest.mark.requirement("empty-page-is-not-the-end")
def test_empty_page_in_the_middle():
    pages = {None: (["first"], "m"), "m": ([], "n"), "n": (["last"], None)}
    assert collect_all_items(lambda cursor: pages[cursor]) == ["first", "last"]


@pytest.mark.requirement("empty-page-is-not-the-end")
def test_empty_first_page():
    pages = {None: ([], "more"), "more": (["late"], None)}
    assert collect_all_items(lambda cursor: pages[cursor]) == ["late"]


@pytest.mark.requirement("falsy-cursor-is-a-cursor")
def test_cursor_zero():
    pages = {None: (["x"], 0), 0: (["y"], 1), 1: (["z"], None)}
    assert collect_all_items(lambda cursor: pages[cursor]) == ["x", "y", "z"]


@pytest.mark.requirement("falsy-cursor-is-a-cursor")
def test_cursor_that_is_an_empty_text():
    pages = {None: (["x"], ""), "": (["y"], None)}
    assert collect_all_items(lambda cursor: pages[cursor]) == ["x", "y"]


@pytest.mark.requirement("errors-reach-caller")
def test_second_page_fails():
    def fetch(cursor):
        if cursor is None:
            return ["x"], "broken"
        raise ConnectionError("page not available")

    with pytest.raises(ConnectionError):
        collect_all_items(fetch)
