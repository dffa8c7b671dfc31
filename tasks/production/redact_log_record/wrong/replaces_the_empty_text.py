import copy
from collections.abc import Collection
from typing import Any


def _key(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def redact_log_record(log_record: dict[str, Any], secret_fields: Collection[str]) -> dict[str, Any]:
    sensitive = {_key(name) for name in secret_fields}
    secret_values: list[str] = []

    def mask_fields(value: Any) -> Any:
        if isinstance(value, dict):
            masked = {}
            for key, item in value.items():
                if _key(key) in sensitive:
                    if isinstance(item, str):
                        secret_values.append(item)
                    masked[key] = "***"
                else:
                    masked[key] = mask_fields(item)
            return masked
        if isinstance(value, list):
            return [mask_fields(item) for item in value]
        return copy.copy(value)

    def mask_texts(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: item if _key(key) in sensitive else mask_texts(item) for key, item in value.items()}
        if isinstance(value, list):
            return [mask_texts(item) for item in value]
        if isinstance(value, str):
            for secret in secret_values:
                value = value.replace(secret, "***")
        return value

    return mask_texts(mask_fields(log_record))
