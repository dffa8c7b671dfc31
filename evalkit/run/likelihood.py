"""Minimal pairs: what a model thinks of a suite's references and known-wrong solutions, without drawing anything."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalkit.errors import ConfigError
from evalkit.experiment import Experiment
from evalkit.run.models import Models, model_loader
from evalkit.run.plan import Plan, Question, plan
from evalkit.suites import load_suite
from evalkit.suites.continuations import continuations, guards, lacks
from evalkit.types import SampleKey, Task, TokenTrace

if TYPE_CHECKING:
    import pandas as pd

FENCE = "```python\n"
Score = Callable[[str, Sequence[str]], list[TokenTrace]]


@dataclass(frozen=True)
class Likelihoods:
    """pairs: one row per reference and known-wrong solution. guards: one row per guard of a reference.

    pairs: task_id, model, identifiers, prompt_style, wrong (its name), breaks (list of requirements), reference_tokens,
    wrong_tokens, and for sum_logprob and mean_logprob (nats, T=1) the columns reference_... and wrong_...
    guards: task_id, model, identifiers, prompt_style, keyword, start (characters), rank, probability, omitted.
    """

    pairs: "pd.DataFrame"
    guards: "pd.DataFrame"


def measure(experiment: Experiment, note: Callable[[str], None]) -> Likelihoods:
    """Score the solutions of every selected task in each style. Raises ConfigError where a model cannot score texts."""
    import pandas as pd

    the_plan = plan(experiment, load_suite(experiment.suite))
    models = Models(the_plan, model_loader(the_plan, note), note)
    found = [row for label in the_plan.models for row in _of_model(the_plan, models, label)]
    pairs = [row for rows, _ in found for row in rows]
    return Likelihoods(pd.DataFrame(pairs), pd.DataFrame([row for _, rows in found for row in rows]))


Rows = list[dict[str, object]]


def _of_model(the_plan: Plan, models: Models, label: str) -> Iterator[tuple[Rows, Rows]]:
    from evalkit.models.likelihood import score_continuations
    from evalkit.models.transformers import TransformersModel

    model = models.get(label)
    if not isinstance(model, TransformersModel):
        raise ConfigError(f"Model {label!r} cannot say how likely a given text is; use one that transformers runs.")
    for key, question in the_plan.questions(label):
        if not question.task.known_wrong:
            continue
        rendered = models.render(key)
        programs = [question.task.reference, *(wrong.source for wrong in question.task.known_wrong)]
        texts = as_continued(question, rendered, programs)
        yield _rows(key, question, texts, score_continuations(model, rendered, texts))


def as_continued(question: Question, rendered: str, programs: Sequence[str]) -> list[str]:
    """What the model would write after the rendered prompt to give each program.

    A prompt that the program continues is gone on from; every other one is answered by the program in a code block.
    """
    prompt = question.prompt
    if prompt.solution == "continuation" or (prompt.solution is None and prompt.mode == "base"):
        newline = "" if rendered.endswith("\n") else "\n"
        return [newline + text for text in continuations(question.task.prompt, programs)]
    fence = "" if rendered.endswith(FENCE) else FENCE
    return [f"{fence}{program.rstrip()}\n```" for program in programs]


def _rows(key: SampleKey, question: Question, texts: Sequence[str], traces: Sequence[TokenTrace]) -> tuple[Rows, Rows]:
    cell = key.cell
    names = {"task_id": key.task_id, "model": cell.model, "identifiers": cell.identifiers, "prompt_style": cell.prompt}
    reference = _measures("reference", traces[0])
    wrongs = zip(question.task.known_wrong, traces[1:], strict=True)
    pairs = [
        {**names, "wrong": wrong.name, "breaks": list(wrong.breaks), **reference, **_measures("wrong", trace)}
        for wrong, trace in wrongs
    ]
    return pairs, [{**names, **row} for row in _guards(question.task, texts[0], traces[0])]


def _measures(name: str, trace: TokenTrace) -> dict[str, object]:
    total = math.fsum(trace.logprobs)
    count = len(trace.logprobs)
    return {f"{name}_tokens": count, f"{name}_sum_logprob": total, f"{name}_mean_logprob": total / count}


def _guards(task: Task, text: str, trace: TokenTrace) -> Rows:
    """Rank and probability of the token that begins each guard of the reference; the model has read all before it."""
    rows: Rows = []
    for guard in guards(task.reference, text):
        at = next(number for number, end in enumerate(trace.ends) if end > guard.start)
        measured = {"rank": trace.ranks[at], "probability": math.exp(trace.logprobs[at])}
        omitted = any(lacks(wrong.source, guard, task.reference) for wrong in task.known_wrong)
        rows.append({"keyword": guard.keyword, "start": guard.start, **measured, "omitted": omitted})
    return rows
