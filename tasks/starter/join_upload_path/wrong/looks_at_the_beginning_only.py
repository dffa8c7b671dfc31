import posixpath


def join_upload_path(base_folder: str, requested_path: str) -> str:
    if requested_path.startswith(("/", "../")) or requested_path == "..":
        raise ValueError(f"{requested_path!r} leads out of {base_folder!r}")
    return posixpath.normpath(posixpath.join(base_folder, requested_path))
