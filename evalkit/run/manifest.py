"""The manifest of a run: everything needed to repeat it, and the check that a resumed run still is the same run."""

import json
import os
import platform
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import evalkit
from evalkit.config import validate
from evalkit.errors import ConfigError, RunDirectoryError
from evalkit.experiment import Experiment
from evalkit.extraction import extraction_hash
from evalkit.paths import AnyPath
from evalkit.suites import task_hash
from evalkit.types import Sandbox, Suite, Task

if TYPE_CHECKING:
    from evalkit.run.models import Models
    from evalkit.run.plan import Plan

PACKAGES = ("torch", "transformers", "numpy", "libcst", "jinja2", "pytest", "pyarrow", "pandas", "scipy")


class Described(Protocol):
    """What a sandbox says of itself."""

    @property
    def name(self) -> str:
        """As in --sandbox."""

    @property
    def isolates(self) -> bool:
        """Whether it isolates anything."""

    def describe(self) -> Mapping[str, object]:
        """Engine, version, image and limits."""


def make_manifest(plan: "Plan", models: "Models", sandbox: Sandbox) -> dict[str, object]:
    """Everything that `RunDirectory.create` keeps; loads each model once, the first one last."""
    return assemble(plan, describe_models(plan, models), sandbox)


def describe_models(plan: "Plan", models: "Models") -> dict[str, object]:
    """The part of a manifest that needs the models. Raises ConfigError when a prompt does not fit."""
    from evalkit.run.name_tokens import name_tokens  # identifier styles, which judging files does without

    described, names = {}, {}
    for label in reversed(plan.models):
        described[label] = describe_model(label, models)
        names[label] = name_tokens(plan, models.get(label).count_tokens)
    return {
        "model": {label: described[label] for label in plan.models},
        "identifiers": {label: names[label] for label in plan.models},
    }


def assemble(plan: "Plan", models: Mapping[str, object], sandbox: Described) -> dict[str, object]:
    """A manifest, from what `describe_models` gave and the sandbox that judges."""
    experiment = plan.experiment
    if experiment.sandbox == "auto":  # a resumed run must not choose again
        experiment = experiment.model_copy(update={"sandbox": sandbox.name})
    return {
        "config": plain(experiment.model_dump(exclude={"out"})),
        "seed": experiment.seed,
        "unit_size": plan.unit_size,
        **models,
        "plan": {"samples": len(plan.keys), "units": len(plan.units)},
        **describe(plan.suite, sandbox),
    }


def describe(suite: Suite, sandbox: Described) -> dict[str, object]:
    """The part of a manifest that does not depend on where the samples come from."""
    return {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "suite": {"name": suite.name, "title": suite.title, "hash": suite_hash(suite)},
        "tasks": {task.id: _describe_task(task) for task in suite.tasks},
        "sandbox": {"name": sandbox.name, "isolates": sandbox.isolates, **plain(sandbox.describe())},
        "extraction": {"hash": extraction_hash()},
        "versions": versions(),
        "hardware": hardware(),
    }


def describe_model(label: str, models: "Models") -> dict[str, Any]:
    """What a model says of itself, and of what it is asked. Raises ConfigError when a prompt does not fit."""
    longest = models.check(label)
    described = plain(models.describe(label))
    return {**described, "longest_prompt": longest, "prompts_sha256": models.prompts_hash(label)}


def experiment_of(manifest: Mapping[str, Any], path: AnyPath) -> Experiment:
    """The experiment a manifest was made from. Raises RunDirectoryError."""
    config = manifest.get("config")
    if not isinstance(config, dict):
        raise RunDirectoryError(f"{path / 'manifest.json'}: 'config' must hold the experiment.")
    try:
        return validate(config, path / "manifest.json")
    except ConfigError as error:
        raise RunDirectoryError(str(error)) from error


def check_tasks(manifest: Mapping[str, Any], suite: Suite, path: AnyPath) -> None:
    """Raises RunDirectoryError when the suite is no longer what the run was begun with."""
    recorded = {task_id: task.get("hash") for task_id, task in manifest.get("tasks", {}).items()}
    current = {task.id: task_hash(task) for task in suite.tasks}
    changed = sorted(key for key in {*recorded, *current} if recorded.get(key) != current.get(key))
    if changed:
        raise RunDirectoryError(
            f"{path} cannot be resumed: these tasks of {suite.name!r} have changed since it was begun: "
            f"{', '.join(changed)}. Bring them back, or start a new run."
        )


def check_same_tasks(manifest: Mapping[str, Any], plan: "Plan", path: AnyPath) -> None:
    """Raises RunDirectoryError when the suite or the plan is no longer what the run was begun with."""
    check_tasks(manifest, plan.suite, path)
    planned = {"samples": len(plan.keys), "units": len(plan.units)}
    if manifest.get("plan") != planned or manifest["unit_size"] != plan.unit_size:
        raise RunDirectoryError(
            f"{path} cannot be resumed: its configuration gives {planned['samples']} samples in {planned['units']} "
            f"units, its manifest plans {manifest.get('plan')}. Start a new run."
        )


def check_same_model(manifest: Mapping[str, Any], label: str, models: "Models", path: AnyPath) -> None:
    """Raises RunDirectoryError when a model or what it is asked is no longer what the run was begun with."""
    check_described(manifest, label, describe_model(label, models), path)


def check_described(manifest: Mapping[str, Any], label: str, current: Mapping[str, Any], path: AnyPath) -> None:
    """The same, by what `describe_model` gave in another process."""
    recorded = manifest.get("model", {}).get(label, {})
    changed = sorted(key for key in {*recorded, *current} if recorded.get(key) != current.get(key))
    if changed:
        raise RunDirectoryError(
            f"{path} cannot be resumed: {label!r} is not what it was when the run was begun "
            f"(different: {', '.join(changed)}). Bring it back, or start a new run."
        )


def suite_hash(suite: Suite) -> str:
    """sha256 over the tasks of a suite, in order."""
    return sha256("".join(task_hash(task) for task in suite.tasks).encode()).hexdigest()


def versions() -> dict[str, str]:
    """Python, evalkit and the packages that may change a result."""
    found = {"python": platform.python_version(), "evalkit": evalkit.__version__}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def hardware() -> dict[str, object]:
    """Processor, usable cores and memory in bytes."""
    return {
        "cpu": _cpu_name(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
    }


def plain(value: Any) -> Any:
    """A value as it comes back from JSON, so that it can be compared with a manifest that was read."""
    return json.loads(json.dumps(value, default=str))


def _describe_task(task: Task) -> dict[str, object]:
    requirements = [{"id": each.id, "kind": each.kind, "text": each.text} for each in task.requirements]
    described = {"hash": task_hash(task), "title": task.title, "judging": task.judging, "requirements": requirements}
    return described | ({"library": asdict(task.library)} if task.library else {})


def _cpu_name() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
