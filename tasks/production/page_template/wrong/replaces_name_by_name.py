import html
import re
from collections.abc import Mapping


def fill_page_template(template_text: str, template_values: Mapping[str, object]) -> str:
    result = re.sub(r"\{\{\s*(\w+)\s*\}\}", r"{{\1}}", template_text)
    for name, value in template_values.items():
        text = "" if value is None else html.escape(str(value))
        result = result.replace("{{" + name + "}}", text)
    return result
