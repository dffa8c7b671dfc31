from posixpath import normpath


def join_upload_path(base_folder: str, requested_path: str) -> str:
    """Join a path to the folder it must stay in; an absolute path is refused like any other way out."""
    base = normpath(base_folder)
    joined = normpath(f"{base}/{requested_path}")
    if requested_path.startswith("/") or not f"{joined}/".startswith(f"{base}/"):
        raise ValueError(f"{requested_path!r} leads out of {base_folder!r}")
    return joined
