import html

import pytest
from solution import fill_page_template


def shown(value):
    """What a browser shows where the template has the value."""
    return html.unescape(fill_page_template("{{ text }}", {"text": value}))


@pytest.mark.requirement("fills-in")
@pytest.mark.example
def test_hello():
    assert fill_page_template("<p>Hello {{ user }}!</p>", {"user": "Ann"}) == "<p>Hello Ann!</p>"


@pytest.mark.requirement("escapes-markup")
@pytest.mark.example
def test_less_than():
    assert fill_page_template("<p>{{note}}</p>", {"note": "1 < 2"}) == "<p>1 &lt; 2</p>"


@pytest.mark.requirement("fills-in")
def test_several_names_several_times():
    values = {"first_name": "Bo", "line2": "Oslo", "unused": "?"}
    filled = fill_page_template("{{first_name}}, {{  line2 }}; {{ first_name }}", values)
    assert filled == "Bo, Oslo; Bo"


@pytest.mark.requirement("fills-in")
def test_nothing_to_fill_in():
    assert fill_page_template("<br>\n&copy;", {}) == "<br>\n&copy;"


@pytest.mark.requirement("escapes-markup")
def test_no_tag_comes_through():
    filled = fill_page_template("{{ text }}", {"text": "<script>x && y</script>"})
    assert filled == "&lt;script&gt;x &amp;&amp; y&lt;/script&gt;"


@pytest.mark.requirement("escapes-markup")
def test_text_about_html_is_shown_as_it_is():
    assert shown("write &lt; and &amp;") == "write &lt; and &amp;"


@pytest.mark.requirement("missing-raises")
def test_name_without_value():
    with pytest.raises(KeyError):
        fill_page_template("{{ user }} {{ place }}", {"user": "Ann"})


@pytest.mark.requirement("none-is-empty")
def test_none_and_other_values():
    values = {"a": None, "b": 0, "c": False, "d": 2.5, "e": ""}
    assert fill_page_template("{{ a }}|{{ b }}|{{ c }}|{{ d }}|{{ e }}", values) == "|0|False|2.5|"


@pytest.mark.requirement("escapes-quotes")
def test_value_stays_inside_its_attribute():
    for quote in ('"', "'"):
        template = f"<a title={quote}{{{{ title }}}}{quote}>"
        filled = fill_page_template(template, {"title": f"x{quote} onclick={quote}steal()"})
        assert filled.count(quote) == 2


@pytest.mark.requirement("escapes-quotes")
def test_quotes_are_shown():
    assert shown('it\'s "new"') == 'it\'s "new"'


@pytest.mark.requirement("values-are-no-templates")
def test_value_that_looks_like_a_name():
    values = {"comment": "{{ secret }} {{secret}}", "secret": "s3cret"}
    filled = fill_page_template("{{ comment }}/{{ secret }}", values)
    assert filled == "{{ secret }} {{secret}}/s3cret"


@pytest.mark.requirement("values-are-no-templates")
def test_value_with_an_unknown_name():
    assert fill_page_template("{{ a }}", {"a": "{{ nowhere }}"}) == "{{ nowhere }}"


@pytest.mark.requirement("backslashes-are-text")
def test_backslashes():
    for value in ("C:\\new\\1", "\\g<0>", "\\", "\\\\"):
        assert shown(value) == value


@pytest.mark.requirement("other-braces-stay")
def test_style_sheet_and_script():
    template = "<style>p { color: {{ color }} }</style><script>f({a: {}})</script>"
    filled = fill_page_template(template, {"color": "red"})
    assert filled == "<style>p { color: red }</style><script>f({a: {}})</script>"
