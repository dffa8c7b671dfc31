"""Where a run finds its suite, models and templates, whichever folder it is resumed from."""

from pathlib import Path
from typing import TYPE_CHECKING

from evalkit.registry import TEMPLATE_SUFFIX, names
from evalkit.suites import suite_names
from evalkit.suites.data_files import FILES

if TYPE_CHECKING:
    from evalkit.experiment import Experiment

SERVERS = ("openai",)  # what follows these names a model of the server, also where a folder here is called the same


def located(experiment: "Experiment") -> "Experiment":
    """The experiment with local folders and files as absolute paths, so that it can be resumed from anywhere."""
    models = tuple(map(_located_model, experiment.model))
    styles = tuple(map(_located_style, experiment.prompt))
    return experiment.model_copy(update={"suite": located_suite(experiment.suite), "model": models, "prompt": styles})


def located_suite(name: str) -> str:
    """A suite's name as it is, its folder or file as an absolute path."""
    return name if name in (*suite_names(), *FILES) or not Path(name).exists() else str(Path(name).resolve())


def _located_model(name: str) -> str:
    backend, colon, rest = name.partition(":")
    if colon and backend in SERVERS:
        return name
    if colon and backend in names("model"):
        path = Path(rest).expanduser()
        return f"{backend}:{path.resolve()}" if rest and path.exists() else name
    path = Path(name).expanduser()
    return str(path.resolve()) if path.exists() else name


def _located_style(name: str) -> str:
    return str(Path(name).resolve()) if name.endswith(TEMPLATE_SUFFIX) else name
