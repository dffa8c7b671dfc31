"""What a run will draw: the ordered list of its samples, and what each one is asked.

The order is model, task, identifier style, prompt style, context, temperature, index: a model is loaded once, and
samples that share a prompt are neighbours, so that the model computes the prompt once for all of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from pathlib import Path

from evalkit.errors import ConfigError
from evalkit.experiment import Experiment
from evalkit.identifiers import rename_task
from evalkit.prompts import build_prompt, choose_shots, find_style, shots_of, style_label
from evalkit.suites.selection import select_tasks
from evalkit.types import Cell, Context, Prompt, SampleKey, Suite, Task


@dataclass(frozen=True, slots=True)
class Question:
    """A task as one cell puts it: renamed, with its prompt. The context before it depends on the model's tokenizer."""

    task: Task
    prompt: Prompt


@dataclass(frozen=True)
class Plan:
    """An experiment, its selected tasks, and the samples in the order of the run's tables.

    `others` are all tasks of the suite, the selected ones too: prompt styles may show some as examples.
    """

    experiment: Experiment
    suite: Suite
    keys: tuple[SampleKey, ...]
    others: tuple[Task, ...] = ()
    _renamed: dict[tuple[str, str], Task] = field(default_factory=dict, repr=False, compare=False)
    _questions: dict[tuple[str, str, str], Question] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def models(self) -> dict[str, str]:
        """The name a model has in cells -> what `load_model` is given."""
        return {model_label(name): name for name in self.experiment.model}

    @cached_property
    def styles(self) -> dict[str, str]:
        """The name a prompt style has in cells -> what `build_prompt` is given."""
        return {style_label(name): name for name in self.experiment.prompt}

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Every combination of the experiment's factors, in plan order."""
        return tuple(dict.fromkeys(key.cell for key in self.keys))

    @cached_property
    def unit_size(self) -> int:
        """Samples that are written at once: few in a small run, so that a kill loses little of it."""
        return self.experiment.unit_size or unit_size(len(self.keys))

    @cached_property
    def units(self) -> tuple[tuple[SampleKey, ...], ...]:
        """The plan cut into the pieces that are written at once."""
        size = self.unit_size
        return tuple(self.keys[start : start + size] for start in range(0, len(self.keys), size))

    @cached_property
    def tasks(self) -> Mapping[str, Task]:
        """Tasks by id, before any renaming."""
        return {task.id: task for task in (*self.others, *self.suite.tasks)}

    def renamed(self, task_id: str, style: str) -> Task:
        """A task in an identifier style; worked out once, for parsing takes its time."""
        if (task_id, style) not in self._renamed:
            self._renamed[task_id, style] = rename_task(self.tasks[task_id], style)
        return self._renamed[task_id, style]

    def question(self, key: SampleKey) -> Question:
        """The renamed task and the prompt of a sample."""
        known = (key.task_id, key.cell.identifiers, key.cell.prompt)
        if known not in self._questions:
            task = self.renamed(key.task_id, key.cell.identifiers)
            style = self.styles[key.cell.prompt]
            shown = choose_shots(key.task_id, self.tasks, shots_of(style))
            shots = [self.renamed(task_id, key.cell.identifiers) for task_id in shown]
            self._questions[known] = Question(task, build_prompt(task, style, shots))
        return self._questions[known]

    def max_new_tokens(self, key: SampleKey) -> int:
        """Tokens a sample may have: the run's, or those of the published set-up that its prompt reproduces."""
        return self.question(key).prompt.max_new_tokens or self.experiment.max_new_tokens

    def questions(self, model: str) -> tuple[tuple[SampleKey, Question], ...]:
        """One sample and its question for each different prompt that a model is asked."""
        firsts: dict[tuple[str, str, str, Context], SampleKey] = {}
        for key in self.keys:
            if key.cell.model == model:
                firsts.setdefault((key.task_id, key.cell.identifiers, key.cell.prompt, key.cell.context), key)
        return tuple((key, self.question(key)) for key in firsts.values())


def unit_size(samples: int) -> int:
    """Samples that a run of so many writes at once: enough of them that large runs do not have 100,000 files.

    >>> [unit_size(samples) for samples in (10, 1_000, 64_000, 1_000_000)]
    [4, 20, 32, 500]
    """
    return min(max(32, samples // 2000), max(4, samples // 50))


def plan(experiment: Experiment, suite: Suite) -> Plan:
    """The samples of an experiment. Raises ConfigError when no task is selected or a template is at fault."""
    selected = select_tasks(suite, experiment.tasks, experiment.limit, experiment.tags, experiment.shuffle)
    labels = [model_label(name) for name in experiment.model]
    for name in experiment.prompt:
        find_style(name)  # a broken template is told before a model is loaded
    styles = [style_label(name) for name in experiment.prompt]
    for kind, names in (("models", labels), ("prompt styles", styles)):
        if len(set(names)) < len(names):
            raise ConfigError(f"Two {kind} would both be called {_repeated(names)!r} in the report; rename one.")
    crossed = contexts(experiment, selected)
    keys = tuple(
        SampleKey(task.id, Cell(model, temperature, identifiers, prompt, context), index)
        for model in labels
        for task in selected.tasks
        for identifiers in experiment.identifiers
        for prompt in styles
        for context in crossed
        for temperature in experiment.temperature
        for index in range(experiment.samples)
    )
    return Plan(experiment, selected, keys, suite.tasks)


def contexts(experiment: Experiment, suite: Suite) -> tuple[Context, ...]:
    """The contexts to cross with the other factors, each prompt once.

    Without filler the task's own context has only one place, and a search finds nothing but documents. Raises
    ConfigError when a task has nothing that the context options could place or find.
    """
    documented = any(task.documents for task in suite.tasks)
    moved, searched = experiment.position != ("end",), "on" in experiment.retrieval
    for task in suite.tasks if moved or searched else ():
        if not task.context and (moved or not task.documents):
            raise ConfigError(
                f"{task.id!r} has no context.md{'' if moved else ' and no documents'}, so there is nothing that "
                f"{'position' if moved else 'retrieval'} changes; choose a suite that has, such as context."
            )
    crossed = product(experiment.filler_tokens, experiment.position, experiment.retrieval)
    found = (
        Context(position, filler, retrieval) if filler else Context("end", 0, retrieval if documented else "off")
        for filler, position, retrieval in crossed
    )
    return tuple(dict.fromkeys(found))


def unrenamed(the_plan: Plan) -> Iterator[str]:
    """A line about tasks that have no interface to rename, where an identifier style was asked for."""
    programs = sum(task.judging == "program" for task in the_plan.suite.tasks)
    styles = ", ".join(each for each in the_plan.experiment.identifiers if each not in ("as_written", "snake_case"))
    if programs and styles:
        yield f"{programs} tasks are programs: they have no interface to rename, so {styles} changes nothing in them."


def model_label(name: str) -> str:
    """How cells call a model: a local path by its last part, so that a run can move between machines.

    >>> model_label("/data/models/small.gguf"), model_label("smollm2-135m-instruct")
    ('small', 'smollm2-135m-instruct')
    """
    backend, colon, rest = name.partition(":")
    if colon and Path(rest).is_absolute():
        return f"{backend}:{Path(rest).name.removesuffix('.gguf')}"
    return Path(name).name.removesuffix(".gguf") if Path(name).is_absolute() else name


def _repeated(labels: Sequence[str]) -> str:
    return next(label for label in labels if labels.count(label) > 1)
