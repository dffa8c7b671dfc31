import re
from collections.abc import Collection, Iterator
from typing import Any

MASK = "***"


def redact_log_record(log_record: dict[str, Any], secret_fields: Collection[str]) -> dict[str, Any]:
    """Mask the secret fields, and then what was in them wherever else it stands."""
    names = {_plain(name) for name in secret_fields}
    secrets = sorted(set(_secret_texts(log_record, names)), key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, secrets)) or r"(?!)")

    def mask(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: MASK if _plain(key) in names else mask(each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(map(mask, value))
        return pattern.sub(MASK, value) if isinstance(value, str) else value

    masked: dict[str, Any] = mask(log_record)
    return masked


def _plain(name: object) -> str:
    return re.sub("[-_]", "", str(name)).casefold()


def _secret_texts(value: Any, names: set[str]) -> Iterator[str]:
    """The texts that are values of secret fields; the empty one is none."""
    if isinstance(value, dict):
        for key, each in value.items():
            if _plain(key) in names and isinstance(each, str) and each:
                yield each
            yield from _secret_texts(each, names)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _secret_texts(each, names)
