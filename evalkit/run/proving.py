"""A sandbox that has shown that it judges as it should."""

from collections.abc import Callable
from typing import Protocol

from evalkit.run.canary import check_canaries
from evalkit.run.opening import Opening
from evalkit.run.timing import Timing
from evalkit.sandboxes import open_sandbox
from evalkit.sandboxes.packages import require_packages
from evalkit.types import Sandbox, Suite

Note = Callable[[str], None]


class SandboxSettings(Protocol):
    """The part of a run's settings that says where solutions run, and for how long."""

    @property
    def sandbox(self) -> str:
        """Name of the sandbox, or auto."""

    @property
    def runtime(self) -> str | None:
        """Container runtime, None for the engine's default."""

    @property
    def workers(self) -> int:
        """Samples judged at the same time."""

    @property
    def allow_unisolated(self) -> bool:
        """Whether a sandbox may isolate nothing."""

    @property
    def cpu_floor(self) -> float:
        """See Timing."""

    @property
    def cpu_factor(self) -> float:
        """See Timing."""


def timing_of(settings: SandboxSettings) -> Timing:
    """How much time a test gets."""
    return Timing(settings.cpu_floor, settings.cpu_factor)


def proven_sandbox(wanted: SandboxSettings, suite: Suite, note: Note, opening: Opening | None = None) -> Sandbox:
    """A sandbox that judged two solutions of the suite as it should. Raises SandboxUnavailable.

    `opening`: where one was asked for before, with the same settings.
    """
    require_packages(package for task in suite.tasks for package in task.packages)
    sandbox = (opening and opening.take()) or open_sandbox(
        wanted.sandbox, wanted.workers, wanted.allow_unisolated, note, wanted.runtime
    )
    try:
        note(f"Sandbox: {sandbox.name}, {sandbox.workers} workers.")
        check_canaries(suite, sandbox, timing_of(wanted))
    except BaseException:  # containers must not outlive a failed start, whatever failed
        sandbox.close()
        raise
    return sandbox
