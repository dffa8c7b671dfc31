"""Errors a user can cause or mend. The command line prints their message and exits with code 2.

EvalkitError
├── UnknownName          a model, suite, style, sandbox... that does not exist
├── ConfigError          an experiment file or an option with a wrong value
├── ReportError          a report's definition or template that is not valid
├── TaskError            a suite or task that cannot be read or is not valid
├── ModelUnavailable     a model that is not at hand; the message says what to run
├── ModelFailed          a model's server failed while it was drawing: the samples are drawn when the run is resumed
├── SandboxUnavailable   no sandbox can start; the message says what to do
├── SandboxFailed        a sandbox broke while it was judging: the samples stay unscored
├── ClusterUnavailable   no cluster at the address, or one whose nodes differ from this machine
├── RunDirectoryError    a run directory that cannot be read or written
├── NotComparable        runs that must not be compared as they are; the message lists the differences
└── BaselineError        a baseline that cannot be read; names the line

Anything else is a bug of evalkit and keeps its traceback.
"""

from pathlib import Path


class EvalkitError(Exception):
    """Base of all expected errors: one clear line that says what was wrong, where, and what to do."""


class UnknownName(EvalkitError):
    """A short name that is not in the registry."""


class ConfigError(EvalkitError):
    """A wrong option or experiment file."""


class ReportError(EvalkitError):
    """A report's definition, chart or template that is not valid; names the file and, where known, the line."""


class TaskError(EvalkitError):
    """A suite or task that is not valid; names the file and, where known, the line."""

    def __init__(self, path: Path | str, message: str, line: int | None = None) -> None:
        where = f"{path}:{line}" if line else f"{path}"
        super().__init__(f"{where}: {message}")


class ModelUnavailable(EvalkitError):
    """A model that cannot be loaded."""


class ModelFailed(EvalkitError):
    """The server of a model failed again and again; says nothing about the samples it did not answer."""


class SandboxUnavailable(EvalkitError):
    """No sandbox can be started."""


class SandboxFailed(EvalkitError):
    """The sandbox broke; says nothing about the sample it was judging."""


class ClusterUnavailable(EvalkitError):
    """No cluster can be used: there is none, or its nodes do not run what this machine runs."""


class RunDirectoryError(EvalkitError):
    """A run directory that cannot be read or written."""


class NotComparable(EvalkitError):
    """Runs, or a run and a baseline, that differ in what should be equal, or have nothing in common."""


class BaselineError(EvalkitError):
    """A baseline that is not valid; names the file and, where known, the line."""

    def __init__(self, path: Path | str, message: str, line: int | None = None) -> None:
        where = f"{path}:{line}" if line else f"{path}"
        super().__init__(f"{where}: {message}")
