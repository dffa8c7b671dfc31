def join_upload_path(base_folder: str, requested_path: str) -> str:
    if requested_path.startswith("/"):
        raise ValueError("absolute paths are not allowed")
    parts: list[str] = []
    for part in requested_path.split("/"):
        if part == "..":
            if not parts:
                raise ValueError(f"{requested_path!r} leads out of the upload folder")
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return base_folder + "/" + "/".join(parts)
