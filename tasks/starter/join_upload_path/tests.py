import pytest
from solution import join_upload_path


def stays_inside(folder, path):
    """Whether the path is refused or leads to a place inside the folder; both are safe."""
    try:
        joined = join_upload_path(folder, path)
    except ValueError:
        return True
    return joined.startswith(folder + "/")


@pytest.mark.requirement("joins")
@pytest.mark.example
def test_file_in_a_subfolder():
    assert join_upload_path("/srv/files", "reports/may.pdf") == "/srv/files/reports/may.pdf"


@pytest.mark.requirement("resolves-dots")
@pytest.mark.example
def test_dot_and_doubled_slash():
    assert join_upload_path("/srv/files", "./notes//today.txt") == "/srv/files/notes/today.txt"


@pytest.mark.requirement("rejects-leaving")
@pytest.mark.example
def test_parent_folder():
    with pytest.raises(ValueError):
        join_upload_path("/srv/files", "../passwords.txt")


@pytest.mark.requirement("joins")
def test_file_in_the_folder_itself():
    assert join_upload_path("/var/uploads", "cat.png") == "/var/uploads/cat.png"


@pytest.mark.requirement("joins")
def test_folder_given_with_a_slash_at_its_end():
    assert join_upload_path("/srv/files/", "cat.png") == "/srv/files/cat.png"


@pytest.mark.requirement("resolves-dots")
def test_up_and_down_again_inside():
    assert join_upload_path("/srv/files", "drafts/../final/report.md") == "/srv/files/final/report.md"


@pytest.mark.requirement("rejects-leaving")
def test_down_and_further_up():
    with pytest.raises(ValueError):
        join_upload_path("/srv/files", "a/b/../../../etc/passwd")


@pytest.mark.requirement("rejects-leaving")
def test_detour_over_the_root():
    with pytest.raises(ValueError):
        join_upload_path("/srv/files", "a/../../../etc/passwd")


@pytest.mark.requirement("absolute-path-stays-inside")
def test_absolute_path():
    assert stays_inside("/srv/files", "/etc/passwd")


@pytest.mark.requirement("rejects-sibling-folder")
def test_sibling_that_begins_with_the_same_name():
    with pytest.raises(ValueError):
        join_upload_path("/srv/files", "../files-old/secret.txt")


@pytest.mark.requirement("allows-dots-in-names")
def test_two_dots_inside_a_name():
    assert join_upload_path("/srv/files", "changes-1..2.diff") == "/srv/files/changes-1..2.diff"
