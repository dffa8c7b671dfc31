from collections.abc import Mapping, Sequence


def build_request_url(
    base_url: str,
    path_segments: Sequence[str] = (),
    query_values: Mapping[str, object] | None = None,
) -> str:
    """Return the URL of a request below `base_url`.

    The `path_segments` are appended to the path of the base URL, with one slash between them. The `query_values` follow
    as parameters in their order: texts, numbers, and booleans as `true` and `false`. A list gives one parameter for
    each of its items; None is left out.

    >>> build_request_url("https://shop.example/api", ["items", "42"], {"page": 2})
    'https://shop.example/api/items/42?page=2'
    """
