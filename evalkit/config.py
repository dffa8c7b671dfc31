"""The experiment: what `evalkit run` is asked to do, from a YAML file, from options, or from both.

Every mistake becomes one line that names the file (or option), the key and what is allowed there.
"""

import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from evalkit.errors import ConfigError, UnknownName
from evalkit.experiment import Experiment
from evalkit.paths import AnyPath
from evalkit.registry import TEMPLATE_SUFFIX, names

YAML_SUFFIXES = (".yaml", ".yml")


def load_experiment(target: str | None, options: Mapping[str, object]) -> Experiment:
    """The experiment of a suite name or an experiment file, with the options given on the command line on top.

    `target` is an experiment file when it is an existing file that ends in .yaml or .yml. `options` holds only
    what was given. Raises ConfigError and UnknownName.
    """
    path = experiment_file(target)
    values = read_yaml(path) if path else ({} if target is None else {"suite": target})
    experiment = validate({**values, **options}, path, options)
    _check_names(experiment, path, options)
    return experiment


def experiment_file(target: str | None) -> Path | None:
    """The path when `target` names an experiment file, None when it names a suite."""
    if target is None or not target.endswith(YAML_SUFFIXES):
        return None
    path = Path(target)
    if not path.is_file():
        raise ConfigError(f"{path}: there is no such experiment file.")
    return path


def validate(values: Mapping[str, object], path: AnyPath | None, options: Iterable[str] = ()) -> Experiment:
    """Check values against Experiment; raises ConfigError with the first mistake in one line."""
    try:
        return Experiment.model_validate(dict(values))
    except ValidationError as error:
        details = error.errors(include_url=False)[0]
    key = str(details["loc"][0])
    where = _where(key, path, options)
    if details["type"] == "extra_forbidden":
        allowed = ", ".join(Experiment.model_fields)
        raise ConfigError(f"{where} is not a known key. Allowed: {allowed}.")
    description = Experiment.model_fields[key].description
    if key == "api_key_env":  # what was given in its place may be the key
        raise ConfigError(f"{where} must be {description}.")
    if details["type"] == "missing":
        raise ConfigError(f"{where} is missing; give {description}.")
    raise ConfigError(f"{where} must be {description}, not {_shown(details['input'])}.")


def read_yaml(path: Path) -> dict[str, object]:
    """The mapping in an experiment file. Raises ConfigError for anything else."""
    import yaml

    try:
        value = yaml.load(path.read_text(encoding="utf-8"), _loader())
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 text (byte {error.start}).") from error
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}.") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise ConfigError(f"{path}:{line}: not valid YAML: {error.problem or error.context}.") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # ValueError: an impossible date
        reason = " ".join(str(error).split())
        raise ConfigError(f"{path}: not valid YAML: {reason}.") from error
    if value is None:
        raise ConfigError(f"{path}: the file is empty; give at least 'suite: NAME'.")
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        allowed = ", ".join(Experiment.model_fields)
        raise ConfigError(f"{path}: must be a mapping of keys to values. Allowed keys: {allowed}.")
    return value


def _loader() -> type[Any]:
    """PyYAML's safe loader, but a key given twice is a mistake: it would silently keep the last."""
    import yaml

    class Loader(yaml.SafeLoader):
        def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
            seen: set[str] = set()
            for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
                if key.value in seen:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"key {key.value!r} is given twice", key.start_mark
                    )
                seen.add(key.value)
            return super().construct_mapping(node, deep)

    return Loader


def _check_names(experiment: Experiment, path: AnyPath | None, options: Iterable[str]) -> None:
    """Unknown styles and sandboxes are reported before anything is loaded."""
    for kind, key, extra in (
        ("identifier style", "identifiers", ()),
        ("prompt style", "prompt", ()),
        ("sandbox", "sandbox", ("auto",)),
    ):
        values = getattr(experiment, key)
        for value in values if isinstance(values, tuple) else (values,):
            available = (*extra, *names(kind))
            if kind == "prompt style" and value.endswith(TEMPLATE_SUFFIX):
                continue
            if value not in available and ":" not in value:
                file = f" or the path of a {TEMPLATE_SUFFIX} file" if kind == "prompt style" else ""
                raise UnknownName(
                    f"{_where(key, path, options)}: unknown {kind} {value!r}. "
                    f"Available: {', '.join(available)}. Or give 'package.module:Attr'{file}."
                )


def _where(key: str, path: AnyPath | None, options: Iterable[str]) -> str:
    """'--samples' when the value came from the command line, else 'experiment.yaml: samples'."""
    if key in options or path is None:
        return f"--{key.replace('_', '-')}" if key != "suite" else "SUITE"
    return f"{path}: {key}"


def _shown(value: object) -> str:
    """A wrong value in one short line."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else f"{text[:57]}..."
