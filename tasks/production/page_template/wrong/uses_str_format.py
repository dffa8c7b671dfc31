import html
import re
from collections.abc import Mapping


def fill_page_template(template_text: str, template_values: Mapping[str, object]) -> str:
    format_string = re.sub(r"\{\{\s*(\w+)\s*\}\}", r"{\1}", template_text)
    escaped = {name: "" if value is None else html.escape(str(value)) for name, value in template_values.items()}
    return format_string.format(**escaped)
