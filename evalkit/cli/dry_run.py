"""`evalkit run --dry-run`: what a run would do, without a model in memory and without a sandbox at work."""

from collections.abc import Iterator
from contextlib import closing

from evalkit.errors import SandboxUnavailable
from evalkit.experiment import Experiment
from evalkit.registry import resolve
from evalkit.run.location import located
from evalkit.run.plan import Plan, plan
from evalkit.run.session import run_path
from evalkit.sandboxes import candidates
from evalkit.suites import load_suite


def describe(experiment: Experiment) -> Iterator[str]:
    """The plan, line by line; the sandbox comes last and raises SandboxUnavailable when there is none."""
    path = run_path(experiment)
    the_plan = plan(located(experiment), load_suite(experiment.suite))
    yield from _amounts(the_plan)
    yield f"Folder: {path}"
    yield f"Sandbox: {choose_sandbox(experiment.sandbox, experiment.runtime)}, {experiment.workers} workers"


def _amounts(the_plan: Plan) -> Iterator[str]:
    experiment = the_plan.experiment
    tasks, cells, samples = len(the_plan.suite.tasks), len(the_plan.cells), len(the_plan.keys)
    prompts = {(key.cell.model, the_plan.question(key).prompt) for key in the_plan.keys}
    verdicts = sum(len(the_plan.tasks[key.task_id].tests) for key in the_plan.keys)
    yield f"Suite: {the_plan.suite.name}, {tasks} tasks"
    yield f"Grid: {cells} cells"
    yield from (f"  {cell.key}" for cell in the_plan.cells)
    yield f"Samples: {samples:,} = {tasks} tasks x {cells} cells x {experiment.samples}"
    yield f"Prompts: {len(prompts):,} different ones"
    limits = [the_plan.max_new_tokens(key) for key in the_plan.keys]
    yield f"Tokens: {sum(limits):,} new ones at most, {max(limits):,} per sample"
    yield f"Tests: {verdicts:,} to run"


def choose_sandbox(name: str, runtime: str | None = None) -> str:
    """The sandbox that a run would use. Raises SandboxUnavailable."""
    reasons = []
    for each in candidates(name, runtime):
        try:
            _try(each, runtime)
        except SandboxUnavailable as error:
            reasons.append(f"{each}: {error}")
            continue
        return each
    raise SandboxUnavailable(f"No sandbox can be started here. {' '.join(reasons)}")


def _try(name: str, runtime: str | None) -> None:
    """Raises SandboxUnavailable when it cannot start. A missing Docker image is no reason: a run builds it."""
    if name == "docker":
        from evalkit.sandboxes.host_config import check_runtime
        from evalkit.sandboxes.image import connect

        with closing(connect()) as client:
            if runtime is not None:
                check_runtime(client, runtime)
        return
    with closing(resolve("sandbox", name)(workers=1)):
        pass
