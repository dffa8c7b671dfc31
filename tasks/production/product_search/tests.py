import pytest
from solution import ProductCatalog


def found(names, text, limit=10):
    """The names that a search finds in a catalog of these."""
    catalog = ProductCatalog()
    for number, name in enumerate(names):
        catalog.add_product(name, number)
    return [name for name, _ in catalog.search_products(text, limit)]


@pytest.mark.requirement("finds-substrings")
@pytest.mark.example
def test_two_of_three():
    catalog = ProductCatalog()
    catalog.add_product("tea pot", 2500)
    catalog.add_product("tea cup", 800)
    catalog.add_product("spoon", 300)
    assert catalog.search_products("tea", max_results=10) == [("tea cup", 800), ("tea pot", 2500)]


@pytest.mark.requirement("finds-substrings")
def test_end_and_middle_of_a_word():
    assert found(["blackboard", "boat", "cupboard"], "board") == ["blackboard", "cupboard"]


@pytest.mark.requirement("finds-substrings")
def test_empty_text():
    assert found(["b", "a", "c d"], "") == ["a", "b", "c d"]


@pytest.mark.requirement("finds-substrings")
def test_nothing_found():
    assert found(["pan", "lid"], "fork") == []


@pytest.mark.requirement("ignores-case")
def test_case_in_name_and_text():
    assert found(["USB cable", "usb stick", "Mouse"], "Usb") == ["USB cable", "usb stick"]


@pytest.mark.requirement("orders-and-limits")
def test_first_of_many():
    assert found(["pen z", "pen c", "pen a", "pen b"], "pen", 2) == ["pen a", "pen b"]


@pytest.mark.requirement("orders-and-limits")
def test_exactly_as_many_as_there_are():
    assert found(["pen z", "pen c"], "pen", 2) == ["pen c", "pen z"]


@pytest.mark.requirement("quotes-are-text")
def test_quotes_in_a_search():
    names = ["baker's knife", "bakers hat", 'the "big" one']
    assert found(names, "baker's") == ["baker's knife"]
    assert found(names, '"big"') == ['the "big" one']


@pytest.mark.requirement("quotes-are-text")
def test_text_that_would_end_the_statement():
    assert found(["lamp", "shade"], "x' OR '1'='1") == []


@pytest.mark.requirement("wildcards-are-text")
def test_percent_sign():
    assert found(["100% cotton", "100 buttons cotton"], "100% c") == ["100% cotton"]


@pytest.mark.requirement("wildcards-are-text")
def test_underscore():
    assert found(["cable_a", "cablexa"], "cable_") == ["cable_a"]


@pytest.mark.requirement("escape-character-is-text")
def test_usual_escape_characters():
    for character in "\\!^$|#~/@":
        assert found([f"a{character}b", "ab", "a b"], f"a{character}b") == [f"a{character}b"]


@pytest.mark.requirement("escape-character-is-text")
def test_escape_character_at_the_end():
    assert found(["c:\\", "c:"], "c:\\") == ["c:\\"]


@pytest.mark.requirement("case-beyond-ascii")
def test_umlauts_and_cyrillic():
    assert found(["Äpfel", "ÖL"], "äpf") == ["Äpfel"]
    assert found(["чайник", "ложка"], "ЧАЙ") == ["чайник"]
