"""Sandboxes: where solutions are judged. `open_sandbox` finds one by name or chooses the best there is."""

from collections.abc import Callable

from evalkit.errors import ConfigError, SandboxUnavailable
from evalkit.registry import resolve
from evalkit.types import Sandbox

AUTOMATIC = ("docker", "bubblewrap")
"""What `auto` tries, in this order. `subprocess` isolates nothing and is never chosen."""


def open_sandbox(
    name: str,
    workers: int = 1,
    allow_unisolated: bool = False,
    say: Callable[[str], None] = lambda line: None,
    runtime: str | None = None,
) -> Sandbox:
    """The sandbox called `name`: auto, docker, bubblewrap, subprocess or 'package.module:Class'.

    `say` gets a line for the user when the choice needs a word. `runtime` is the engine's container runtime, so with
    it `auto` is docker. Raises SandboxUnavailable when it cannot start, UnknownName for an unknown name, ConfigError
    for one that isolates nothing unless that is allowed, and for a runtime where there are no containers.
    """
    if runtime is not None:
        return _with_runtime(name, workers, say, runtime)
    if name == "auto":
        return _best(workers, say)
    kind = resolve("sandbox", name)
    if not getattr(kind, "isolates", False) and not allow_unisolated:
        raise ConfigError(
            f"The sandbox {name!r} isolates nothing: the model's code would run as you. "
            "Add --allow-unisolated if that is what you want, or use --sandbox auto."
        )
    sandbox: Sandbox = kind(workers=workers)
    return sandbox


def open_warm(workers: int, runtime: str | None) -> Sandbox:
    """A sandbox of containers, one of which has started. Raises SandboxUnavailable, also where the image is missing."""
    sandbox = resolve("sandbox", "docker")(workers=workers, runtime=runtime)
    try:
        sandbox.warm()
    except BaseException:  # a container must not outlive a failed start, whatever failed
        sandbox.close()
        raise
    opened: Sandbox = sandbox
    return opened


def candidates(name: str, runtime: str | None) -> tuple[str, ...]:
    """The sandboxes to try for a name, in order. Raises ConfigError for a runtime where there are no containers."""
    if runtime is not None and name not in ("auto", "docker"):
        raise ConfigError(f"The runtime {runtime!r} is for containers, and the sandbox {name!r} has none; use docker.")
    if name == "auto":
        return ("docker",) if runtime else AUTOMATIC
    return (name,)


def _with_runtime(name: str, workers: int, say: Callable[[str], None], runtime: str) -> Sandbox:
    (chosen,) = candidates(name, runtime)
    build = say if name == "auto" else None
    sandbox: Sandbox = resolve("sandbox", chosen)(workers=workers, build=build, runtime=runtime)
    return sandbox


def _best(workers: int, say: Callable[[str], None]) -> Sandbox:
    reasons = []
    for name in AUTOMATIC:
        try:
            sandbox: Sandbox = resolve("sandbox", name)(workers=workers, **({"build": say} if name == "docker" else {}))
        except SandboxUnavailable as error:
            reasons.append(f"{name}: {error}")
            continue
        if reasons:
            say(f"Sandbox: {name}, because there is no better one here ({reasons[0]})")
        return sandbox
    raise SandboxUnavailable("No sandbox can be started here. " + " ".join(reasons))
