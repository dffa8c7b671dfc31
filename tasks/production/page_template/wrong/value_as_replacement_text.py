import html
import re
from collections.abc import Mapping

PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")


def fill_page_template(template_text: str, template_values: Mapping[str, object]) -> str:
    pieces = []
    position = 0
    for match in PLACEHOLDER.finditer(template_text):
        value = template_values[match.group(1)]
        escaped = html.escape("" if value is None else str(value))
        pieces.append(template_text[position : match.start()])
        pieces.append(PLACEHOLDER.sub(escaped, match.group(0)))
        position = match.end()
    pieces.append(template_text[position:])
    return "".join(pieces)
