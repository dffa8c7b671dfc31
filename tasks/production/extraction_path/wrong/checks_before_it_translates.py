import posixpath


def member_target(target_folder: str, member_name: str) -> str:
    if "\0" in member_name:
        raise ValueError("NUL in member name")
    root = posixpath.normpath(target_folder)
    path = posixpath.normpath(posixpath.join(root, member_name))
    if not path.startswith(root + "/"):
        raise ValueError(f"{member_name!r} is outside of {target_folder!r}")
    return path.replace("\\", "/")
