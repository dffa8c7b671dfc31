from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit


def build_request_url(
    base_url: str,
    path_segments: Sequence[str] = (),
    query_values: Mapping[str, object] | None = None,
) -> str:
    scheme, netloc, path, query, fragment = urlsplit(base_url)
    path = "/".join([path.rstrip("/"), *(quote(segment) for segment in path_segments)])
    pairs = parse_qsl(query, keep_blank_values=True)
    for key, value in (query_values or {}).items():
        for item in value if isinstance(value, (list, tuple)) else (value,):
            if item is True or item is False:
                item = str(item).lower()
            if item is not None:
                pairs.append((key, item))
    return urlunsplit((scheme, netloc, path, urlencode(pairs), fragment))
