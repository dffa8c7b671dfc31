"""The models of a run, one in memory at a time."""

from collections.abc import Callable
from hashlib import sha256

from evalkit.errors import ConfigError
from evalkit.run.plan import Plan
from evalkit.types import Model, SampleKey, Task

SCRIPTED = "scripted"


class Models:
    """Loads a model when it is first needed and lets the previous one go; keeps what was rendered."""

    def __init__(self, plan: Plan, load: Callable[[str], Model]) -> None:
        self._plan = plan
        self._load = load
        self._label: str | None = None
        self._model: Model | None = None
        self._rendered: dict[tuple[str, str, str, str], str] = {}

    def get(self, label: str) -> Model:
        """The model that cells call `label`."""
        if self._model is None or self._label != label:
            self._model = None  # before the next one is loaded: two may not fit into memory
            self._model = self._load(self._plan.models[label])
            self._label = label
        return self._model

    def render(self, key: SampleKey) -> str:
        """The exact text a sample's model is given."""
        cell = key.cell
        known = (cell.model, key.task_id, cell.identifiers, cell.prompt)
        if known not in self._rendered:
            self._rendered[known] = self.get(cell.model).render(self._plan.question(key).prompt)
        return self._rendered[known]

    def check(self, label: str) -> int:
        """Render every prompt of a model before anything is spent; returns the tokens of the longest.

        Raises ConfigError when a prompt and max_new_tokens do not fit into the model's context window.
        """
        model, longest = self.get(label), 0
        window = getattr(model, "context_length", None)
        for key, _ in self._plan.questions(label):
            length = model.count_tokens(self.render(key))
            longest = max(longest, length)
            if window is not None and length + self._plan.experiment.max_new_tokens > window:
                raise ConfigError(
                    f"The prompt of {key.task_id!r} ({key.cell.identifiers}, {key.cell.prompt}) has {length} tokens; "
                    f"with --max-new-tokens {self._plan.experiment.max_new_tokens} it does not fit into the "
                    f"{window} tokens of {label!r}."
                )
        return longest

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

            return ScriptedModel(scripted_answers(plan))
        from evalkit.models import fetch_model, list_models, load_model

        if any(each.name == name and not each.cached for each in list_models()):
            fetch_model(name, note)
        note(f"Loading {name}.")
        return load_model(name, dtype=experiment.dtype, batch_size=experiment.batch_size)

    return load


def scripted_answers(plan: Plan) -> dict[tuple[str, str], tuple[str, ...]]:
    """Per task and identifier style: the reference, each known-wrong solution, and an answer without code."""
    styles = plan.experiment.identifiers
    ids = [task.id for task in plan.suite.tasks]
    return {(task_id, style): _answers(plan.renamed(task_id, style)) for task_id in ids for style in styles}


def _answers(task: Task) -> tuple[str, ...]:
    solutions = (task.reference, *(wrong.source for wrong in task.known_wrong))
    return (*solutions, "I am not sure how to do this.\n")
