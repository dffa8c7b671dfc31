"""The models of a run, one in memory at a time."""

from collections import Counter
from collections.abc import Callable, Mapping
from hashlib import sha256

from evalkit.errors import ConfigError
from evalkit.experiment import BACKEND_OPTIONS
from evalkit.prompts.context import in_context
from evalkit.prompts.filler import filler_files
from evalkit.run.plan import Plan
from evalkit.types import Context, Document, Mode, Model, SampleKey, Task

SCRIPTED = "scripted"


class Models:
    """Loads a model when it is first needed and lets the previous one go; keeps what was rendered."""

    def __init__(self, plan: Plan, load: Callable[[str], Model], note: Callable[[str], None] | None = None) -> None:
        self._plan = plan
        self._load, self._note = load, note
        self._told: set[str] = set()
        self._spent: dict[str, Counter[str]] = {}  # by models that were let go
        self._label: str | None = None
        self._model: Model | None = None
        self._rendered: dict[tuple[str, str, str, str, Context], str] = {}
        self._fillers: dict[tuple[str, str, Mode, int], tuple[Document, ...]] = {}

    def get(self, label: str) -> Model:
        """The model that cells call `label`."""
        if self._model is None or self._label != label:
            self._spent = self.usage
            self._model = None  # before the next one is loaded: two may not fit into memory
            self._model = self._load(self._plan.models[label])
            self._label = label
            self._tell(self._model)
        return self._model

    def describe(self, label: str) -> Mapping[str, object]:
        """What a model says of itself; a server is asked for it, and then there may be more to tell."""
        model = self.get(label)
        described = model.describe()
        self._tell(model)
        return described

    def _tell(self, model: Model) -> None:
        """What a user should know before anything is drawn, each thing once."""
        for remark in getattr(model, "remarks", ()):
            if self._note is not None and remark not in self._told:
                self._note(remark)
            self._told.add(remark)

    @property
    def usage(self) -> "dict[str, Counter[str]]":
        """What the servers of models counted in this session, and what that cost, by label."""
        counts = getattr(self._model, "usage", None)
        if self._label is None or counts is None:
            return dict(self._spent)
        return {**self._spent, self._label: Counter({**counts}) + self._spent.get(self._label, Counter())}

    def render(self, key: SampleKey) -> str:
        """The exact text a sample's model is given."""
        cell = key.cell
        known = (cell.model, key.task_id, cell.identifiers, cell.prompt, cell.context)
        if known not in self._rendered:
            question = self._plan.question(key)
            filler = self._filler(key, question.prompt.mode)
            prompt = in_context(question.prompt, question.task, cell.context, filler)
            self._rendered[known] = self.get(cell.model).render(prompt)
        return self._rendered[known]

    def _filler(self, key: SampleKey, mode: Mode) -> tuple[Document, ...]:
        """The filler of a sample's context, measured by its model's tokenizer."""
        known = (key.cell.model, key.task_id, mode, key.cell.context.filler_tokens)
        if known not in self._fillers:
            count = self.get(key.cell.model).count_tokens
            self._fillers[known] = filler_files(key.task_id, mode, key.cell.context.filler_tokens, count)
        return self._fillers[known]

    def check(self, label: str) -> int:
        """Render every prompt of a model before anything is spent; returns the tokens of the longest.

        Raises ConfigError when a prompt and the new tokens do not fit into the model's context window: of the longest
        such prompt, with its cell and by how much.
        """
        model = self.get(label)
        window = getattr(model, "context_length", None)
        lengths = {key: model.count_tokens(self.render(key)) for key, _ in self._plan.questions(label)}
        over = {key: length + self._plan.max_new_tokens(key) - (window or 0) for key, length in lengths.items()}
        worst = max(over, key=over.__getitem__)
        if window is not None and over[worst] > 0:
            others = sum(each > 0 for each in over.values()) - 1
            raise ConfigError(
                f"The prompt of {worst.task_id!r} has {lengths[worst]} tokens; with {self._plan.max_new_tokens(worst)} "
                f"new tokens it does not fit into the {window} tokens of {label!r}, by {over[worst]} (cell "
                f"{worst.cell.key}{f'; {others} other prompts do not fit either' if others else ''}). Lower "
                f"--max-new-tokens or --filler-tokens."
            )
        return max(lengths.values())

    def prompts_hash(self, label: str) -> str:
        """sha256 over everything a model is asked: a resumed run must ask the same."""
        digest = sha256()
        for key, _ in self._plan.questions(label):
            digest.update(self.render(key).encode("utf-8", "surrogatepass") + b"\0")
        return digest.hexdigest()


def model_loader(plan: Plan, note: Callable[[str], None]) -> Callable[[str], Model]:
    """How a run's models are loaded: a starter model that is not here yet is fetched, and `note` is told.

    `scripted` answers with what the suite itself knows.
    """
    experiment = plan.experiment

    def load(name: str) -> Model:
        if name == SCRIPTED:
            from evalkit.models.scripted import ScriptedModel

            return ScriptedModel(scripted_answers(plan), **options_of(name, plan))  # type: ignore[arg-type]  # checked by takes
        from evalkit.models import fetch_model, list_models, load_model

        if any(each.name == name and not each.cached for each in list_models()):
            fetch_model(name, note)
        note(f"Loading {name}.")
        return load_model(
            name,
            dtype=experiment.dtype,
            device=experiment.device,
            device_map=experiment.device_map,
            batch_size=experiment.batch_size,
            strict=experiment.strict,
            options=options_of(name, plan),
        )

    return load


def check_options(plan: Plan) -> None:
    """Raises ConfigError for an option that none of the run's models has."""
    from evalkit.models.backends import find_backend, takes

    names = [name for name in plan.models.values() if find_backend(name) is not None]
    for option in plan.experiment.backend_options:
        if not any(takes(name, option) for name in names):
            given = f"--{option.replace('_', '-')}" if option in BACKEND_OPTIONS else f"The model option {option!r}"
            raise ConfigError(f"{given} is for none of the models of this run: {', '.join(plan.models.values())}.")


def options_of(name: str, plan: Plan) -> dict[str, object]:
    """The options of the run that a model's backend has."""
    from evalkit.models.backends import takes

    longest = max(plan.max_new_tokens(key) for key in plan.keys)
    given = {**plan.experiment.backend_options, "max_new_tokens": longest}
    return {option: value for option, value in given.items() if takes(name, option)}


def scripted_answers(plan: Plan) -> dict[tuple[str, str], tuple[str, ...]]:
    """Per task and identifier style: the reference, each known-wrong solution, and an answer without code."""
    styles = plan.experiment.identifiers
    ids = [task.id for task in plan.suite.tasks]
    return {(task_id, style): _answers(plan.renamed(task_id, style)) for task_id in ids for style in styles}


def _answers(task: Task) -> tuple[str, ...]:
    solutions = (task.reference, *(wrong.source for wrong in task.known_wrong))
    return (*solutions, "I am not sure how to do this.\n")
