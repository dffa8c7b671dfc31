import re


def member_target(target_folder: str, member_name: str) -> str:
    name = member_name.replace("\\", "/")
    if ".." in name or name.startswith("/") or "\0" in name or re.match("^[a-zA-Z]:", name):
        raise ValueError(f"unsafe member name: {member_name!r}")
    parts = [part for part in name.split("/") if part and part != "."]
    if not parts:
        raise ValueError("empty member name")
    return target_folder.rstrip("/") + "/" + "/".join(parts)
