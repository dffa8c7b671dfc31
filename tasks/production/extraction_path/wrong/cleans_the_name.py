import re


def member_target(target_folder: str, member_name: str) -> str:
    if "\0" in member_name:
        raise ValueError("NUL character in member name")
    name = member_name.replace("\\", "/")
    if name.startswith("../") or "\\.." in member_name or "..\\" in member_name:
        raise ValueError(f"{member_name!r} leads out of the folder")
    name = re.sub(r"^[A-Za-z]:", "", name).replace("../", "")
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if not parts:
        raise ValueError("empty member name")
    return "/".join([target_folder.rstrip("/"), *parts])
