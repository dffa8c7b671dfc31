from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote, urlencode, urlsplit, urlunsplit


def build_request_url(
    base_url: str,
    path_segments: Sequence[str] = (),
    query_values: Mapping[str, object] | None = None,
) -> str:
    """Take the base URL apart, append to its path and its query, and put it together again."""
    base = urlsplit(base_url)
    path = base.path
    for segment in path_segments:
        path = f"{path.rstrip('/')}/{quote(segment, safe='')}"
    added = urlencode(list(_parameters(query_values or {})))
    return urlunsplit(base._replace(path=path, query="&".join(filter(None, (base.query, added)))))


def _parameters(query_values: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in query_values.items():
        for each in value if isinstance(value, list | tuple) else [value]:
            if each is not None:
                yield name, str(each).lower() if isinstance(each, bool) else str(each)
