import re
from collections.abc import Collection
from typing import Any


def redact_log_record(log_record: dict[str, Any], secret_fields: Collection[str]) -> dict[str, Any]:
    secrets = {name.lower() for name in secret_fields}
    values = []

    def redact_fields(record: dict[str, Any]) -> dict[str, Any]:
        result = {}
        for key, value in record.items():
            if key.lower() in secrets:
                if isinstance(value, str) and value:
                    values.append(value)
                result[key] = "***"
            else:
                result[key] = value
        return result

    result = redact_fields(log_record)
    for key, value in result.items():
        if isinstance(value, dict):
            result[key] = redact_fields(value)

    values.sort(key=len, reverse=True)

    def scrub(value: Any) -> Any:
        if isinstance(value, str) and values:
            return re.sub("|".join(re.escape(each) for each in values), "***", value)
        if isinstance(value, list):
            return [scrub(each) for each in value]
        return value

    return {key: scrub(value) for key, value in result.items()}
