from collections.abc import Collection
from typing import Any


def redact_log_record(log_record: dict[str, Any], secret_fields: Collection[str]) -> dict[str, Any]:
    """Return the record with its secrets masked, ready to be logged.

    The value of every field named in `secret_fields` becomes "***", whatever it is, in dicts and lists at any depth.
    Upper and lower case, dashes and underscores make no difference in names: `api_key` covers "API-Key". A text that
    is masked as a field's value is masked wherever it occurs inside other texts of the record, too.

    >>> redact_log_record({"user": "ann", "password": "hunter2"}, ["password"])
    {'user': 'ann', 'password': '***'}
    """
