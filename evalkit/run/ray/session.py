"""A run's driver on a cluster: begin it or go on with it, as evalkit.run.session does in one process."""

from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime

from evalkit.experiment import Experiment
from evalkit.paths import AnyPath
from evalkit.results import RunDirectory
from evalkit.run.location import located
from evalkit.run.manifest import assemble, check_described, check_same_tasks, experiment_of
from evalkit.run.models import check_options
from evalkit.run.plan import Plan, plan, unrenamed
from evalkit.run.proving import Note
from evalkit.run.ray.cluster import connected
from evalkit.run.ray.dispatch import Dispatch
from evalkit.run.ray.fleet import Fleet
from evalkit.run.ray.nodes import alive, check_nodes
from evalkit.run.ray.options import ClusterOptions
from evalkit.run.ray.repeating import Repeating
from evalkit.run.recording import recorded
from evalkit.run.session import OpenRun, run_path, session_line
from evalkit.run.units import Units
from evalkit.suites import load_suite


@dataclass
class RaySession(OpenRun):
    """A run that the workers of a cluster draw and judge."""

    fleet: Fleet
    stack: ExitStack

    @property
    def sandbox(self) -> Fleet:
        """What is closed before the report is written: here all workers."""
        return self.fleet

    def work(self) -> None:
        """Draw and judge what is missing, with a display on standard error."""
        tally, started, usage = self.tally(), datetime.now(UTC), dict[str, Counter[str]]()
        try:
            with recorded(tally, self.directory.path, "ray") as display:
                dispatch = Dispatch(self.plan, self.directory, self.fleet, display)
                usage = dispatch.usage
                dispatch.run()
                if self.plan.experiment.repeat_verdicts > 1:
                    Repeating(self.plan, self.directory, dispatch).run()
        finally:
            self.directory.append_session(session_line(tally, started, usage))

    def close(self) -> None:
        """End the workers, remove the copies that were not needed, and let other processes write to the run."""
        self.fleet.close()
        self.directory.remove_staged()
        self.stack.close()
        super().close()


def begin(experiment: Experiment, options: ClusterOptions, note: Note) -> RaySession:
    """A new run. Everything that can be wrong on any node is found before a token is drawn."""
    path = run_path(experiment).absolute()
    experiment = located(experiment)
    the_plan = plan(experiment, load_suite(experiment.suite))
    check_options(the_plan)
    for line in unrenamed(the_plan):
        note(line)
    with ExitStack() as stack:
        fleet = _fleet(stack, the_plan, path, options, note)
        sandbox = fleet.open_sandboxes()
        fleet.open_models(tuple(the_plan.models))
        directory = RunDirectory.create(path, assemble(the_plan, fleet.describe_models(), sandbox))
        return RaySession(the_plan, directory, fleet, stack.pop_all())


def resume(path: AnyPath, options: ClusterOptions, note: Note) -> RaySession:
    """Go on with a run, whatever engine began it. Raises RunDirectoryError where tasks or models are others."""
    path = path.absolute()
    directory = RunDirectory.open(path)
    experiment = experiment_of(directory.manifest, path)
    the_plan = plan(experiment, load_suite(experiment.suite))
    check_same_tasks(directory.manifest, the_plan, path)
    needed = {key.cell.model for key in Units(the_plan, directory).missing()}
    with ExitStack() as stack:
        stack.callback(directory.close)
        fleet = _fleet(stack, the_plan, path, options, note)
        fleet.open_sandboxes()
        labels = tuple(label for label in the_plan.models if label in needed)
        fleet.open_models(labels)
        for label, described in fleet.models_in_full(labels).items():
            check_described(directory.manifest, label, described, path)
        return RaySession(the_plan, directory, fleet, stack.pop_all())


def _fleet(stack: ExitStack, the_plan: Plan, path: AnyPath, options: ClusterOptions, note: Note) -> Fleet:
    for label in the_plan.models:
        the_plan.questions(label)  # renamed and rendered once, here, for all workers
    ray = stack.enter_context(connected(options))
    check_nodes(ray, path)
    fleet = Fleet(ray, the_plan, path, options, note)
    stack.callback(fleet.close)
    note(f"Cluster: {len(alive(ray))} nodes, {len(fleet.generators)} generation workers.")
    return fleet
