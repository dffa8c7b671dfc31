"""Opening the sandbox that a command asked for."""

from evalkit.errors import ConfigError
from evalkit.sandboxes import open_sandbox
from evalkit.types import Sandbox


def open_isolated(name: str, workers: int, allow_unisolated: bool) -> Sandbox:
    """The sandbox of that name; one that isolates nothing only when that was allowed explicitly."""
    sandbox = open_sandbox(name, workers)
    if not sandbox.isolates and not allow_unisolated:
        sandbox.close()
        raise ConfigError(
            f"The sandbox {sandbox.name!r} isolates nothing: code would run with your rights. "
            f"Give --allow-unisolated if you trust it, or choose another --sandbox."
        )
    return sandbox
