import posixpath


def join_upload_path(base_folder: str, requested_path: str) -> str:
    full_path = posixpath.normpath(posixpath.join(base_folder, requested_path))
    if not full_path.startswith(base_folder):
        raise ValueError(f"Path escapes the upload folder: {requested_path!r}")
    return full_path
