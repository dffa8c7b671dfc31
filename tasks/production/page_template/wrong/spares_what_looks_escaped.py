import re
from collections.abc import Mapping


def _escape(text: str) -> str:
    text = re.sub(r"&(?!#?\w+;)", "&amp;", text)
    return text.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;").replace("'", "&#39;")


def fill_page_template(template_text: str, template_values: Mapping[str, object]) -> str:
    def substitute(match):
        value = template_values[match.group(1)]
        return _escape(str(value)) if value is not None else ""

    return re.sub(r"\{\{ *([a-z]+) *\}\}", substitute, template_text)
