import re
from collections.abc import Collection
from typing import Any


def redact_log_record(log_record: dict[str, Any], secret_fields: Collection[str]) -> dict[str, Any]:
    def normalize(name: str) -> str:
        return name.lower().replace("-", "").replace("_", "")

    names = {normalize(name) for name in secret_fields}
    found: list[str] = []

    def mask_fields(node: Any) -> None:
        items = node.items() if isinstance(node, dict) else enumerate(node)
        for key, value in list(items):
            if isinstance(node, dict) and normalize(key) in names:
                if isinstance(value, str) and value:
                    found.append(value)
                node[key] = "***"
            elif isinstance(value, (dict, list)):
                mask_fields(value)

    def mask_texts(node: Any) -> None:
        items = node.items() if isinstance(node, dict) else enumerate(node)
        for key, value in list(items):
            if isinstance(value, str):
                node[key] = re.sub("|".join(map(re.escape, found)), "***", value)
            elif isinstance(value, (dict, list)):
                mask_texts(value)

    redacted = dict(log_record)
    mask_fields(redacted)
    if found:
        found.sort(key=len, reverse=True)
        mask_texts(redacted)
    return redacted
