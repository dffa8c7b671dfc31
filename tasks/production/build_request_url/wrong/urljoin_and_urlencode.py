from collections.abc import Mapping, Sequence
from urllib.parse import quote, urlencode, urljoin, urlsplit, urlunsplit


def build_request_url(
    base_url: str,
    path_segments: Sequence[str] = (),
    query_values: Mapping[str, object] | None = None,
) -> str:
    parts = urlsplit(base_url)
    path = parts.path
    if path_segments:
        relative = "/".join(quote(segment, safe="") for segment in path_segments)
        if path.count("/") == 1:
            path += "/"
        path = urljoin(path or "/", relative)
    params = {}
    for name, value in (query_values or {}).items():
        if isinstance(value, bool):
            value = str(value).lower()
        if value is not None:
            params[name] = value
    query = urlencode(params)
    if parts.query:
        query = f"{parts.query}&{query}" if query else parts.query
    return urlunsplit((parts.scheme, parts.netloc, path, query, parts.fragment))
