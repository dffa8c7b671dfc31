import html
import re
from collections.abc import Mapping


def fill_page_template(template_text: str, template_values: Mapping[str, object]) -> str:
    """One pass over the template; a function gives each replacement, so that nothing in it is read again."""

    def replacement(match: re.Match[str]) -> str:
        value = template_values[match[1]]
        return "" if value is None else html.escape(str(value), quote=True)

    return re.sub(r"\{\{\s*(\w+)\s*\}\}", replacement, template_text)
