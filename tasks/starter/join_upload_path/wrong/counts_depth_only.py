import posixpath


def join_upload_path(base_folder: str, requested_path: str) -> str:
    depth = 0
    for part in requested_path.split("/"):
        if part == "..":
            depth -= 1
        elif part not in ("", "."):
            depth += 1
        if depth < 0:
            raise ValueError(f"Path leaves {base_folder}: {requested_path!r}")
    return posixpath.normpath(posixpath.join(base_folder, requested_path))
