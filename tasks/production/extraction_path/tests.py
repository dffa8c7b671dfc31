import pytest
from solution import member_target


def result_or_refusal(name):
    """The path, or None where the name is refused."""
    try:
        return member_target("/srv/in", name)
    except ValueError:
        return None


def is_safe(name):
    """Whether the name is refused or leads to a place inside the folder."""
    path = result_or_refusal(name)
    return path is None or (path.startswith("/srv/in/") and ".." not in path.split("/"))


@pytest.mark.requirement("joins")
@pytest.mark.example
def test_dot_in_the_middle():
    assert member_target("/srv/in", "docs/./a.txt") == "/srv/in/docs/a.txt"


@pytest.mark.requirement("backslash-separates")
@pytest.mark.example
def test_backslash():
    assert member_target("/srv/in", "docs\\b.txt") == "/srv/in/docs/b.txt"


@pytest.mark.requirement("refuses-leaving")
@pytest.mark.example
def test_parent_folder():
    with pytest.raises(ValueError):
        member_target("/srv/in", "../a.txt")


@pytest.mark.requirement("joins")
def test_slashes_too_many():
    assert member_target("/var/data/", "a//b/./c.bin") == "/var/data/a/b/c.bin"


@pytest.mark.requirement("joins")
def test_dot_at_the_start():
    assert member_target("/srv/in", "./readme") == "/srv/in/readme"


@pytest.mark.requirement("backslash-separates")
def test_backslashes_lead_upwards():
    for name in ("..\\a.txt", "docs\\..\\..\\a.txt", "docs/..\\../a.txt"):
        with pytest.raises(ValueError):
            member_target("/srv/in", name)


@pytest.mark.requirement("refuses-leaving")
def test_parents_after_folders():
    for name in ("docs/../../a.txt", "a/b/../../../c"):
        with pytest.raises(ValueError):
            member_target("/srv/in", name)


@pytest.mark.requirement("refuses-leaving")
def test_sibling_with_the_same_beginning():
    with pytest.raises(ValueError):
        member_target("/srv/in", "../in-old/a.txt")


@pytest.mark.requirement("refuses-leaving")
def test_nested_dots_are_names_or_refused():
    assert all(is_safe(name) for name in ("....//a.txt", "..././a.txt", "....//....//etc/passwd"))


@pytest.mark.requirement("absolute-names-stay-inside")
def test_absolute_names():
    assert all(is_safe(name) for name in ("/etc/passwd", "//etc/passwd", "/srv/inside/a.txt"))


@pytest.mark.requirement("no-drive-letters")
def test_drive_letters():
    for name in ("C:\\Windows\\a.dll", "c:a.txt", "D:/x/a.txt"):
        assert ":" not in (result_or_refusal(name) or "")


@pytest.mark.requirement("refuses-nul")
def test_nul_character():
    with pytest.raises(ValueError):
        member_target("/srv/in", "a.txt\0.jpg")


@pytest.mark.requirement("refuses-the-folder-itself")
def test_names_of_nothing():
    for name in ("", ".", "./", "././."):
        with pytest.raises(ValueError):
            member_target("/srv/in", name)


@pytest.mark.requirement("dots-in-names")
def test_names_with_many_dots():
    for name in ("v1..2.txt", "..config", "a/notes..txt"):
        assert member_target("/srv/in", name) == f"/srv/in/{name}"
