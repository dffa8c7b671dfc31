def member_target(target_folder: str, member_name: str) -> str:
    r"""Return the path to which a member of an archive is unpacked, below `target_folder`.

    Works on text alone; the result has forward slashes. Archives come from all systems, so a backslash in
    `member_name` separates like a slash. Single dots and empty parts are left out. A name that leads out of the folder
    raises ValueError.

    >>> member_target("/srv/in", "docs/./a.txt")
    '/srv/in/docs/a.txt'
    >>> member_target("/srv/in", "docs\\b.txt")
    '/srv/in/docs/b.txt'
    >>> member_target("/srv/in", "../a.txt")
    Traceback (most recent call last):
        ...
    ValueError: '../a.txt' leads out of the folder
    """
