from collections.abc import Collection
from typing import Any


def redact_log_record(log_record: dict[str, Any], secret_fields: Collection[str]) -> dict[str, Any]:
    secret_names = {_normalize(name) for name in secret_fields}

    def redact(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: redact_field(key, item) for key, item in value.items()}
        if isinstance(value, list):
            return [redact(item) for item in value]
        return value

    def redact_field(key: str, item: Any) -> Any:
        if _normalize(key) in secret_names and isinstance(item, str):
            return "***"
        return redact(item)

    return redact(log_record)


def _normalize(name: str) -> str:
    return name.lower().replace("-", "").replace("_", "")
