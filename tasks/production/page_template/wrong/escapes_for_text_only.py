import re
from collections.abc import Mapping
from xml.sax.saxutils import escape


def fill_page_template(template_text: str, template_values: Mapping[str, object]) -> str:
    def render(match):
        return escape(str(template_values[match.group(1)] or ""))

    return re.sub(r"{{\s*(\w+)\s*}}", render, template_text)
