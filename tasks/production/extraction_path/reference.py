import re


def member_target(target_folder: str, member_name: str) -> str:
    """Refuses every name that goes up, is absolute or has a drive: archives made in good faith have none."""
    parts = [part for part in re.split(r"[/\\]", member_name) if part not in ("", ".")]
    if not parts or "\0" in member_name:
        raise ValueError(f"{member_name!r} is no name of a file")
    if member_name[0] in "/\\" or ".." in parts or re.match(r"[A-Za-z]:", member_name):
        raise ValueError(f"{member_name!r} leads out of the folder")
    return "/".join([target_folder.rstrip("/"), *parts])
