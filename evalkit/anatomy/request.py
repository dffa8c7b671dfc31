"""What `evalkit anatomy` was asked: which text, which model, which sections."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evalkit.anatomy import choose_sections
from evalkit.anatomy.options import Options
from evalkit.anatomy.subject import Note, Subject, load, prompt_subject, recorded_sample, sample_subject
from evalkit.errors import ConfigError, RunDirectoryError
from evalkit.experiment import DEFAULT_MODEL
from evalkit.paths import AnyPath, RemotePath, as_path
from evalkit.results.manifest import NAME


@dataclass(frozen=True)
class Request:
    """The values of the command line. `target` is a prompt, or the path of a run when there is a sample or a folder."""

    target: str | None
    file: Path | None
    sample: str | None
    model: str | None
    chat: bool
    sections: tuple[str, ...]
    options: Options
    dtype: str | None
    html: Path | None

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "Request":
        """The request behind the options. Raises ConfigError for what no section can be made of."""
        options = Options(
            temperatures=_numbers(given, "temperatures", float) or Options.temperatures,
            top=given["top"],
            names=tuple(given["names"]),
            words=tuple(given["words"]),
            layers=_numbers(given, "layers", int),
            window=given["window"],
            position=given["position"],
        )
        options.check()
        same = {name: given[name] for name in ("target", "file", "sample", "model", "chat", "dtype", "html")}
        request = cls(**same, sections=choose_sections(tuple(given["section"])), options=options)
        request._check()
        return request

    @property
    def run(self) -> AnyPath | None:
        """The run that is meant; None for a prompt."""
        if self.target is None or (self.sample is None and not _is_folder(self.target)):
            return None
        return as_path(self.target)

    def subject(self, note: Note) -> Subject:
        """The text with its model, loaded. Raises what loading and reading raise."""
        if self.run is not None:
            assert self.sample is not None  # `of` refused it otherwise
            return sample_subject(recorded_sample(self.run, self.sample), self.model, self.dtype, note)
        text = self._text()
        note(f"Loading {self.model or DEFAULT_MODEL}.")
        return prompt_subject(load(self.model or DEFAULT_MODEL, self.dtype or "auto"), text, self.chat)

    def _check(self) -> None:
        if (self.target is None) == (self.file is None):
            raise ConfigError("Give one of: a prompt in quotes, --file FILE, or a run directory with --sample ID.")
        if self.sample is not None and self.target is None:
            raise ConfigError("--sample names a sample of a run: give the run directory too.")
        if self.run is not None and self.chat:
            raise ConfigError("--chat is for a prompt; a sample has the prompt that its run sent.")
        if self.run is not None and not (self.run / NAME).is_file():
            raise RunDirectoryError(f"{self.run} is not a run directory: it holds no {NAME}.")
        if self.run is not None and self.sample is None and self.sections != ("fork",):
            raise ConfigError(f"Which sample of {self.run}? Give --sample ID, or --section fork for all of them.")

    def _text(self) -> str:
        if self.file is None:
            return str(self.target)
        try:
            return self.file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise ConfigError(f"Cannot read {self.file}: {reason}.") from error


def _is_folder(text: str) -> bool:
    try:
        return bool(text) and (isinstance(as_path(text), RemotePath) or Path(text).is_dir())
    except (OSError, ValueError):  # too long for a path, or with a character that no path has: a prompt
        return False


def _numbers(given: Mapping[str, Any], name: str, kind: Callable[[str], Any]) -> tuple[Any, ...]:
    try:
        return tuple(kind(value) for value in given[name])
    except ValueError as error:
        raise ConfigError(f"--{name} takes numbers with commas between them, not {','.join(given[name])!r}.") from error
