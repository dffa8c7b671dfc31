from pathlib import PurePosixPath, PureWindowsPath


def member_target(target_folder: str, member_name: str) -> str:
    member = PureWindowsPath(member_name)
    if member.drive or member.root or ".." in member.parts:
        raise ValueError(f"{member_name!r} would be extracted outside of {target_folder!r}")
    return str(PurePosixPath(target_folder, *member.parts))
