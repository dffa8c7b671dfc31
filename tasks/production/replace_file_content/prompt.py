from typing import Any


def replace_file_content(file_system: Any, target_path: str, new_content: bytes) -> None:
    """Replace the content of a file in one step: readers find the old content or the new, never a part of it.

    A file that is missing is created. `file_system` has the methods

    - `create_file(file_path, file_content)`: writes a new file with mode 0o600; FileExistsError when the path is taken
    - `sync_file(file_path)`: returns when the file's content is on the disk
    - `rename_file(old_path, new_path)`: renames a file in one step; a file at `new_path` is replaced
    - `remove_file(file_path)`
    - `get_mode(file_path)` and `set_mode(file_path, file_mode)`: the permissions, an int

    All of them raise OSError when they fail, FileNotFoundError when the file is missing.

    >>> class DemoFiles(dict):
    ...     def create_file(self, file_path, file_content):
    ...         self[file_path] = file_content
    ...     def rename_file(self, old_path, new_path):
    ...         self[new_path] = self.pop(old_path)
    ...     def remove_file(self, file_path):
    ...         del self[file_path]
    ...     def sync_file(self, file_path):
    ...         pass
    ...     def get_mode(self, file_path):
    ...         return 0o600
    ...     def set_mode(self, file_path, file_mode):
    ...         pass
    >>> demo_files = DemoFiles({"notes.txt": b"old"})
    >>> replace_file_content(demo_files, "notes.txt", b"new")
    >>> demo_files
    {'notes.txt': b'new'}
    """
