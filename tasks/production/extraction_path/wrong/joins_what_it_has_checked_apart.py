import posixpath


def member_target(target_folder: str, member_name: str) -> str:
    name = member_name.replace("\\", "/")
    if "\0" in name:
        raise ValueError("invalid character in member name")
    if name[1:2] == ":":
        name = name[2:]
    depth = 0
    for part in name.split("/"):
        if part == "..":
            depth -= 1
        elif part not in ("", "."):
            depth += 1
        if depth < 0:
            raise ValueError(f"{member_name!r} leads out of the folder")
    if depth == 0:
        raise ValueError(f"{member_name!r} names no file")
    return posixpath.join(target_folder, name).replace("/./", "/")
