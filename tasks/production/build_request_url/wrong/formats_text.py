from collections.abc import Mapping, Sequence


def build_request_url(
    base_url: str,
    path_segments: Sequence[str] = (),
    query_values: Mapping[str, object] | None = None,
) -> str:
    url, _, query = base_url.partition("?")
    for segment in path_segments:
        url = url.rstrip("/") + "/" + segment
    params = [query] if query else []
    for name, value in (query_values or {}).items():
        values = value if isinstance(value, (list, tuple)) else [value]
        for item in values:
            if item is None:
                continue
            if isinstance(item, bool):
                item = "true" if item else "false"
            params.append(f"{name}={item}")
    return f"{url}?{'&'.join(params)}" if params else url
