def join_upload_path(base_folder: str, requested_path: str) -> str:
    """Join a path that a user asked for to the folder that holds the uploads.

    Works on text alone, with forward slashes. Dots and doubled slashes are resolved; a path that leads
    out of `base_folder` raises ValueError.

    >>> join_upload_path("/srv/files", "reports/may.pdf")
    '/srv/files/reports/may.pdf'
    >>> join_upload_path("/srv/files", "./notes//today.txt")
    '/srv/files/notes/today.txt'
    >>> join_upload_path("/srv/files", "../passwords.txt")
    Traceback (most recent call last):
        ...
    ValueError: the path leads out of the folder
    """
