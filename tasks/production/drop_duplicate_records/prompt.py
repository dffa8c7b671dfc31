from collections.abc import Iterable, Sequence
from typing import Any


def drop_duplicate_records(
    record_list: Iterable[dict[str, Any]], key_fields: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Return the records without duplicates, in their order; of equal ones the first stays.

    Two records are duplicates when they are equal (`==`). With `key_fields`, only these fields are compared.

    >>> drop_duplicate_records([{"id": 1, "name": "ann"}, {"id": 2, "name": "bob"}, {"id": 1, "name": "ann"}])
    [{'id': 1, 'name': 'ann'}, {'id': 2, 'name': 'bob'}]
    >>> drop_duplicate_records([{"id": 1, "name": "ann"}, {"id": 2, "name": "ann"}], key_fields=["name"])
    [{'id': 1, 'name': 'ann'}]
    """
