from collections.abc import Mapping


def fill_page_template(template_text: str, template_values: Mapping[str, object]) -> str:
    """Fill an HTML template with values.

    `{{ name }}`, with any spaces or none inside the braces, is replaced by the value of that name, escaped for HTML.
    None is shown as nothing, every other value as its text. A name without a value raises KeyError.

    >>> fill_page_template("<p>Hello {{ user }}!</p>", {"user": "Ann"})
    '<p>Hello Ann!</p>'
    >>> fill_page_template("<p>{{note}}</p>", {"note": "1 < 2"})
    '<p>1 &lt; 2</p>'
    """
