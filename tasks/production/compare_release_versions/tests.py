import pytest
from solution import compare_release_versions


def ascending(*versions):
    """Whether each version comes before all that follow, both ways round."""
    pairs = [(low, high) for at, low in enumerate(versions) for high in versions[at + 1 :]]
    return all(
        compare_release_versions(low, high) < 0 and compare_release_versions(high, low) > 0 for low, high in pairs
    )


def refuses(*versions):
    for version in versions:
        for pair in ((version, "1.0.0"), ("1.0.0", version)):
            with pytest.raises(ValueError):
                compare_release_versions(*pair)
    return True


@pytest.mark.requirement("numbers")
@pytest.mark.example
def test_nine_and_ten():
    assert compare_release_versions("1.9.0", "1.10.0") == -1


@pytest.mark.requirement("numbers")
@pytest.mark.example
def test_same():
    assert compare_release_versions("2.0.0", "2.0.0") == 0


@pytest.mark.requirement("numbers")
@pytest.mark.example
def test_patch():
    assert compare_release_versions("2.0.1", "2.0.0") == 1


@pytest.mark.requirement("numbers")
def test_far_apart():
    assert compare_release_versions("1.0.0", "12.0.0") == -1
    assert compare_release_versions("1.0.99", "1.0.4") == 1


@pytest.mark.requirement("numbers")
def test_major_before_minor_before_patch():
    assert ascending("0.9.9", "1.0.5", "1.1.0", "2.0.0")


@pytest.mark.requirement("prerelease-is-lower")
def test_before_its_release():
    assert ascending("1.0.0", "1.1.0-rc.1", "1.1.0")


@pytest.mark.requirement("prerelease-is-lower")
def test_any_word_is_before_its_release():
    assert ascending("1.0.0-zzz", "1.0.0")
    assert ascending("1.0.0-9999999", "1.0.0")


@pytest.mark.requirement("prerelease-parts")
def test_chain():
    assert ascending("1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11")


@pytest.mark.requirement("prerelease-parts")
def test_numbers_before_words():
    assert ascending("1.0.0-2", "1.0.0-11", "1.0.0-1a", "1.0.0-A", "1.0.0-a")


@pytest.mark.requirement("build-is-ignored")
def test_builds():
    assert compare_release_versions("1.0.0+5", "1.0.0+17") == 0
    assert compare_release_versions("1.0.0-rc.1+linux", "1.0.0-rc.1") == 0


@pytest.mark.requirement("dashes-in-prerelease")
def test_dash_in_a_word():
    assert ascending("1.0.0-x-a", "1.0.0-x-b")
    assert ascending("1.0.0-x", "1.0.0-x-")


@pytest.mark.requirement("dashes-in-prerelease")
def test_dash_in_the_build():
    assert compare_release_versions("1.0.0+linux-64", "1.0.0") == 0


@pytest.mark.requirement("refuses-malformed")
def test_wrong_count_of_numbers():
    assert refuses("1.0", "1", "1.0.0.0", "")


@pytest.mark.requirement("refuses-malformed")
def test_what_int_would_read():
    assert refuses("01.0.0", "1.00.0", "+1.0.0", " 1.0.0", "1_0.0.0", "-1.0.0", "\u0661.0.0")


@pytest.mark.requirement("refuses-malformed")
def test_malformed_prerelease():
    assert refuses("1.0.0-", "1.0.0-a..b", "1.0.0-01", "1.0.0-a_b", "1.0.0+")
