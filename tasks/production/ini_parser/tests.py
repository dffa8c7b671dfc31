import pytest
from solution import parse_ini_text


@pytest.mark.requirement("reads-settings")
@pytest.mark.example
def test_two_sections():
    text = "[server]\nhost = example.org\nport=8080\n\n# for later\n[paths]\n"
    assert parse_ini_text(text) == {"server": {"host": "example.org", "port": "8080"}, "paths": {}}


@pytest.mark.requirement("rejects-wrong-lines")
@pytest.mark.example
def test_setting_before_the_first_section():
    with pytest.raises(ValueError):
        parse_ini_text("host = example.org")


@pytest.mark.requirement("reads-settings")
def test_spaces_and_indented_lines():
    text = "  [ mail server ]  \n  user name  =  ann b  \n\tport = 25\n"
    assert parse_ini_text(text) == {"mail server": {"user name": "ann b", "port": "25"}}


@pytest.mark.requirement("reads-settings")
def test_same_key_in_two_sections():
    assert parse_ini_text("[a]\nx = 1\n[b]\nx = 2") == {"a": {"x": "1"}, "b": {"x": "2"}}


@pytest.mark.requirement("reads-settings")
def test_empty_text():
    assert parse_ini_text("\n \n") == {}


@pytest.mark.requirement("skips-comments")
def test_both_kinds_of_comment():
    text = "; top = 1\n[a]\n# x = 1\n  ; y = 2\nz = 3\n#[b]\n"
    assert parse_ini_text(text) == {"a": {"z": "3"}}


@pytest.mark.requirement("rejects-wrong-lines")
def test_line_without_equals_sign():
    with pytest.raises(ValueError, match="3"):
        parse_ini_text("[a]\nx = 1\nverbose\n")


@pytest.mark.requirement("rejects-wrong-lines")
def test_key_given_twice():
    with pytest.raises(ValueError, match="4"):
        parse_ini_text("[a]\nx = 1\n\nx = 2\n")


@pytest.mark.requirement("rejects-wrong-lines")
def test_bracket_that_does_not_close():
    with pytest.raises(ValueError, match="2"):
        parse_ini_text("\n[a\nx = 1\n")


@pytest.mark.requirement("first-equals-sign-separates")
def test_equals_signs_in_a_value():
    text = "[db]\nurl = postgres://h/db?sslmode=require&x=1\n"
    assert parse_ini_text(text) == {"db": {"url": "postgres://h/db?sslmode=require&x=1"}}


@pytest.mark.requirement("first-equals-sign-separates")
def test_colons_in_a_key():
    assert parse_ini_text("[map]\nc:d = e\n") == {"map": {"c:d": "e"}}


@pytest.mark.requirement("values-are-literal")
def test_percent_signs():
    assert parse_ini_text("[log]\nformat = %(time)s 100%\n") == {"log": {"format": "%(time)s 100%"}}


@pytest.mark.requirement("values-are-literal")
def test_number_signs_and_semicolons():
    text = "[ui]\ncolor = #ff8800\npath = a;b ; c # d\n"
    assert parse_ini_text(text) == {"ui": {"color": "#ff8800", "path": "a;b ; c # d"}}


@pytest.mark.requirement("values-are-literal")
def test_brackets_and_quotes():
    assert parse_ini_text("[a]\nlist = [1, 2]\nname = 'x'\n") == {"a": {"list": "[1, 2]", "name": "'x'"}}


@pytest.mark.requirement("keeps-case")
def test_case_of_keys():
    assert parse_ini_text("[env]\nPATH = /bin\npath = x\n") == {"env": {"PATH": "/bin", "path": "x"}}


@pytest.mark.requirement("no-section-is-special")
def test_section_named_default():
    text = "[DEFAULT]\nx = 1\n[a]\ny = 2\n"
    assert parse_ini_text(text) == {"DEFAULT": {"x": "1"}, "a": {"y": "2"}}


@pytest.mark.requirement("keeps-empty-values")
def test_nothing_after_the_equals_sign():
    assert parse_ini_text("[a]\nprefix =\nname = n\n") == {"a": {"prefix": "", "name": "n"}}
