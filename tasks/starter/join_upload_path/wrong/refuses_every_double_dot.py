import posixpath


def join_upload_path(base_folder: str, requested_path: str) -> str:
    if ".." in requested_path:
        raise ValueError(f"Illegal path: {requested_path!r}")
    return posixpath.normpath(posixpath.join(base_folder, requested_path.lstrip("/")))
