import pytest
from solution import UsernameRegistry


def same(first, second):
    """Whether the second name is taken when the first is registered, when asked and when registered too."""
    registry = UsernameRegistry()
    registry.register_name(first)
    taken = registry.is_taken(second)
    try:
        registry.register_name(second)
    except ValueError:
        return taken
    return False


def refused(name):
    try:
        UsernameRegistry().register_name(name)
    except ValueError:
        return True
    return False


@pytest.mark.requirement("keeps-spelling")
@pytest.mark.example
def test_spaces_around_a_name():
    registry = UsernameRegistry()
    assert registry.register_name("  Ann ") == "Ann"
    assert registry.is_taken("Ann") is True
    assert registry.is_taken("Bob") is False


@pytest.mark.requirement("keeps-spelling")
def test_case_accents_and_forms_are_kept():
    registry = UsernameRegistry()
    names = ["McGregor", "Zoe\u0308", "ﬁnn", "Straße"]
    assert [registry.register_name(name) for name in names] == names


@pytest.mark.requirement("ignores-case")
def test_other_case_is_taken():
    assert same("Ann", "aNN")
    assert same("Émile", "éMILE")


@pytest.mark.requirement("ignores-case")
def test_refused_name_changes_nothing():
    registry = UsernameRegistry()
    registry.register_name("Ann")
    for _ in range(2):
        with pytest.raises(ValueError):
            registry.register_name("ann")
    assert registry.is_taken("ANN") is True


@pytest.mark.requirement("refuses-spaces-and-nothing")
def test_empty_names():
    assert all(refused(name) for name in ("", "  ", "\t\n"))


@pytest.mark.requirement("refuses-spaces-and-nothing")
def test_every_kind_of_space_inside():
    assert all(refused(f"an{space}n") for space in (" ", "\t", "\n", "\u00a0", "\u2003", "\u3000"))


@pytest.mark.requirement("composed-or-not")
def test_accent_as_a_character_of_its_own():
    assert same("Zo\u00eb", "Zoe\u0308")
    assert same("Zoe\u0308", "ZO\u00cb")


@pytest.mark.requirement("compatible-forms")
def test_full_width_letters_and_ligatures():
    assert same("admin", "\uff41\uff44\uff4d\uff49\uff4e")
    assert same("finn", "ﬁnn")
    assert same("X2", "x²")


@pytest.mark.requirement("full-case-folding")
def test_letters_with_unusual_upper_case():
    assert same("Strauß", "STRAUSS")
    assert same("λόγος", "ΛΌΓΟΣ")
    assert same("λόγος", "λόγο\u03c3")


@pytest.mark.requirement("refuses-invisible")
def test_characters_without_width_or_shape():
    invisible = ("\u200b", "\u200d", "\u2060", "\ufeff", "\u202e", "\u00ad", "\x00", "\x07", "\x7f")
    assert all(refused(f"ad{character}min") for character in invisible)


@pytest.mark.requirement("accents-matter")
def test_letters_that_only_look_alike():
    assert not same("Jose", "José")
    assert not same("Muller", "Müller")
    assert not same("Hakan", "Håkan")
