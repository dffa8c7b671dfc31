from collections.abc import Mapping, Sequence
from urllib.parse import quote, urlencode


def build_request_url(
    base_url: str,
    path_segments: Sequence[str] = (),
    query_values: Mapping[str, object] | None = None,
) -> str:
    url = base_url.rstrip("/")
    if path_segments:
        url += "/" + "/".join(quote(str(segment), safe="") for segment in path_segments)
    params = {name: value for name, value in (query_values or {}).items() if value is not None}
    query = urlencode(params, doseq=True)
    return f"{url}?{query}" if query else url
