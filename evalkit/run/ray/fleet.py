"""The workers of a run: how many, where Ray is to place them, and what they must agree on before anything is spent."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import cycle, islice, zip_longest
from typing import Any

from evalkit.errors import ClusterUnavailable, ConfigError, EvalkitError, SandboxUnavailable
from evalkit.paths import AnyPath
from evalkit.run.plan import Plan
from evalkit.run.proving import Note
from evalkit.run.ray.devices import gpus_of_a_worker
from evalkit.run.ray.generation import GenerationWorker, differing
from evalkit.run.ray.judging import JudgingWorker, SandboxDescription, swept
from evalkit.run.ray.nodes import alive, on_node
from evalkit.run.ray.options import ClusterOptions
from evalkit.run.ray.programs import ProgramKeeper
from evalkit.run.ray.results import Opened
from evalkit.run.ray.stage import Worker
from evalkit.sandboxes import AUTOMATIC

SANDBOX = "sandbox"  # the resource that a node is started with: one for each solution it may judge at a time
CLOSE_SECONDS = 15.0
RESTARTS = {"max_restarts": -1, "max_task_retries": 0}  # a unit that was lost goes to whoever is free


class Fleet:
    """Generation and judging workers, opened and compared. `close` ends them."""

    def __init__(self, ray: Any, plan: Plan, path: AnyPath, options: ClusterOptions, note: Note) -> None:
        self.ray, self.options = ray, options
        self._plan, self._path, self._note = plan, path, note
        self.models: dict[str, Any] = {}
        self.sandbox = plan.experiment.sandbox
        self.generators: list[Worker] = []
        self.judges: list[Worker] = []
        self.late: dict[
            Worker, Any
        ] = {}  # for which the cluster has no place yet, and Ray's reference to their opening
        self._opened: list[Worker] = []  # generation workers
        self._shared = ray.put(plan)  # kept, for workers that are started anew
        self._start(self._shared, str(path))

    def _start(self, plan: Any, path: str) -> None:
        here = on_node(self.ray.get_runtime_context().get_node_id())
        keeper = self.ray.remote(ProgramKeeper)
        self._keeper = keeper.options(num_cpus=0, scheduling_strategy=here, max_restarts=-1).remote()
        draws, judges = self.ray.remote(GenerationWorker), self.ray.remote(JudgingWorker)
        nodes = alive(self.ray)
        wanted, self._generator_places = generator_places(nodes, self.options, self._plan)
        for placed in wanted:
            self.generators.append(Worker(draws.options(**RESTARTS, **placed).remote(plan, path)))
        wanted, self._judge_places = judge_places(nodes, self.options)
        for placed in wanted:
            handle = judges.options(**RESTARTS, **placed).remote(plan, path, self._keeper)
            self.judges.append(Worker(handle))
        self._started = list(self.judges)

    def open_models(self, labels: Sequence[str]) -> None:
        """Load the models everywhere. Raises ConfigError where a node has another one, and what loading raises."""
        asked = {worker.handle.open.remote(tuple(labels)): worker for worker in self.generators}
        for worker, reference in self._first(asked, self._generator_places):
            opened: Opened = self.get(reference)
            worker.where = opened.where
            self._opened.append(worker)
            self.models = self.models or opened.described
            self.check_models(opened)

    def check_models(self, opened: Opened) -> None:
        """Raises ConfigError where a generation worker's models are not those of the first one."""
        for label, described in opened.described.items():
            if other := differing(described, self.models[label]):
                raise ConfigError(
                    f"{label!r} on {opened.where} is not what it is on {self._opened[0].where} (different: "
                    f"{', '.join(other)}). Put the same files on every node."
                )

    def admit(self, worker: Worker, opened: Opened | None) -> None:
        """A worker that came late: it is used where its models are those of the run. Raises ConfigError."""
        self.late.pop(worker, None)
        if opened is not None:
            worker.where = opened.where
            if worker in self.generators:
                self.check_models(opened)

    def describe_models(self) -> dict[str, object]:
        """The part of the manifest that needs the models."""
        described: dict[str, object] = self.get(self._opened[0].handle.describe.remote())
        return described

    def models_in_full(self, labels: Sequence[str]) -> dict[str, Any]:
        """What the manifest of a run says of these models, by label; a resumed run must find the same."""
        handles = [worker.handle for worker in self._opened[:1]]
        return {label: self.get(each.describe_model.remote(label)) for each in handles for label in reversed(labels)}

    def open_sandboxes(self) -> SandboxDescription:
        """Open and try the sandboxes, of one kind everywhere. Raises SandboxUnavailable.

        A node that says it has a sandbox must have one; where no node says so, those that have none do not judge.
        """
        found = self._open_sandboxes(self.sandbox)
        if self.sandbox == "auto":
            self.sandbox = min((each.name for each in found), key=AUTOMATIC.index)
            found = self._open_sandboxes(self.sandbox)
        self._note(f"Sandbox: {found[0].name}, {len(self.judges)} workers.")
        return found[0]

    def _open_sandboxes(self, name: str) -> list[SandboxDescription]:
        found: list[SandboxDescription] = []
        asked = {worker.handle.open.remote(name): worker for worker in self.judges}
        refused: SandboxUnavailable | None = None
        for worker, reference in self._first(asked, self._judge_places):
            try:
                opened: Opened = self.get(reference)
            except SandboxUnavailable as error:
                refused = error
                self._drop(worker, error)
                continue
            worker.where = opened.where
            found.append(opened.described["sandbox"])
        if not found:
            raise refused or SandboxUnavailable("No node can judge.")
        return found

    def _drop(self, worker: Worker, error: SandboxUnavailable) -> None:
        where = self.get(worker.handle.where.remote())
        if declares_sandboxes(alive(self.ray)):
            raise SandboxUnavailable(
                f"Node {where} was started with the resource {SANDBOX!r} and has none: {error}"
            ) from error
        self._note(f"Node {where} does not judge: {error}")
        self.judges.remove(worker)
        self.ray.kill(worker.handle)

    def _first(self, asked: dict[Any, Worker], places: int) -> Iterator[tuple[Worker, Any]]:
        """Those that the cluster has a place for, as they answer; the others are late, and used when they come."""
        for worker in asked.values():
            self.late.pop(worker, None)
        waiting, wanted = list(asked), min(len(asked), places)
        for _ in range(wanted):
            [ready], waiting = self.ray.wait(waiting, num_returns=1)
            yield asked[ready], ready
        for reference in waiting:
            asked[reference].there = False
        self.late |= {asked[reference]: reference for reference in waiting}

    def get(self, reference: Any) -> Any:
        """What a worker answers. An error that a user can mend is raised as if it had happened here."""
        try:
            return self.ray.get(reference)
        except self.ray.exceptions.RayTaskError as error:
            if isinstance(error.cause, EvalkitError):
                raise error.cause from None
            raise
        except self.ray.exceptions.RayError as error:
            raise ClusterUnavailable(
                f"A worker ended before the run began: {' '.join(str(error).split())[:300]}"
            ) from error

    def close(self) -> None:
        """End every worker, the sandboxes in good order first."""
        closed = self._close_sandboxes()
        for handle in (self._keeper, *(worker.handle for worker in (*self.generators, *self.judges))):
            with suppress(self.ray.exceptions.RayError):
                self.ray.kill(handle)
        if not closed:
            self._sweep()
        self.generators, self.judges, self._started = [], [], []

    def _close_sandboxes(self) -> bool:
        """Whether every judging worker that was ever there has closed its own."""
        with suppress(self.ray.exceptions.RayError):
            closing = [worker.handle.close.remote() for worker in self.judges if worker.there]
            done, _ = self.ray.wait(closing, num_returns=len(closing), timeout=CLOSE_SECONDS) if closing else ([], [])
            return len(done) == len(self._started) and not any(worker.lost for worker in self._started)
        return False

    def _sweep(self) -> None:
        """Open the sandbox once more on each node: it removes what killed workers of that machine left."""
        sweep = self.ray.remote(swept)
        asked = [
            sweep.options(num_cpus=0, scheduling_strategy=on_node(node["NodeID"])).remote(self.sandbox)
            for node in alive(self.ray)
        ]
        with suppress(self.ray.exceptions.RayError):
            self.ray.wait(asked, num_returns=len(asked), timeout=CLOSE_SECONDS)


def generator_places(nodes: Sequence[Any], options: ClusterOptions, plan: Plan) -> tuple[list[dict[str, Any]], int]:
    """Ray's options of each generation worker (one per GPU, or per CPU slot), and for how many there is a place now.

    Raises ClusterUnavailable where there is none, unless a number was asked for: then Ray may find more nodes.
    """
    gpus = gpus_of_a_worker(nodes, options, plan)
    each, kind = (gpus, "GPU") if gpus else (options.cpus, "CPU")
    places = sum(int(node["Resources"].get(kind, 0) // each) if each else 1 for node in nodes)
    if not places and not options.generators:
        raise ClusterUnavailable(f"No node of the cluster has the {each:g} {kind}s that a generation worker is given.")
    place = {"num_gpus": gpus, "num_cpus": options.cpus, "scheduling_strategy": "SPREAD"}
    count = min(options.generators or places, len(plan.units))
    return [place] * count, max(1, places)


def judge_places(nodes: Sequence[Any], options: ClusterOptions) -> tuple[list[dict[str, Any]], int]:
    """Ray's options of each judging worker, one per `sandbox` resource or else per CPU; how many have a place now."""
    if declares_sandboxes(nodes):
        slots = int(sum(node["Resources"].get(SANDBOX, 0) for node in nodes))
        return [{"num_cpus": 0, "resources": {SANDBOX: 1}, **THREADS}] * (options.judges or slots), slots
    by_node = [[node["NodeID"]] * int(node["Resources"].get("CPU", 0)) for node in nodes]
    ids = [each for turn in zip_longest(*by_node) for each in turn if each] or [node["NodeID"] for node in nodes]
    chosen = islice(cycle(ids), options.judges or len(ids))
    places = [{"num_cpus": 0, "scheduling_strategy": on_node(each), **THREADS} for each in chosen]
    return places, len(places)


THREADS = {"max_concurrency": 2}  # `close` is heard while a unit is judged


def declares_sandboxes(nodes: Sequence[Any]) -> bool:
    """Whether nodes say how many solutions they may judge at a time."""
    return any(node["Resources"].get(SANDBOX) for node in nodes)
