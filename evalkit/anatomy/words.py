"""Section 7: what words such as "be careful with error handling" change: the probability of `try`, `if`, `raise` and
`with` where the reference has them, next to what became of the samples that were asked with such words.

More guards are not more right code. So three things stand side by side: how likely each guard of the reference became,
how many guards the samples of each prompt style have, and how many of them pass.
"""

import copy
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import torch

from evalkit.errors import ConfigError, EvalkitError
from evalkit.paths import AnyPath
from evalkit.suites.continuations import Guard, guards

if TYPE_CHECKING:
    from evalkit.anatomy.subject import Recorded, Subject
    from evalkit.models.transformers import TransformersModel
    from evalkit.run.plan import Question

KEYWORDS = ("try", "if", "raise", "with")
# The first is what the others are compared with; the last has nothing to do with the task.
SENTENCES = (
    "",
    "Be careful with error handling.",
    "Validate every argument.",
    "Think of the edge cases.",
    "The weather is fine today.",
)
_GUARD = re.compile(r"^[ \t]*(?:async[ \t]+)?(if|raise|try|with)\b", re.MULTILINE)


@dataclass(frozen=True)
class Place:
    """A guard of the reference with the probability (T=1) and rank of its first token, one for each sentence."""

    keyword: str
    line: str
    probabilities: tuple[float, ...]
    ranks: tuple[int, ...]


@dataclass(frozen=True)
class Style:
    """The samples of one prompt style of the run: guards in their code (mean), the share that pass everything, and the
    share of requirements kept."""

    name: str
    samples: int
    guards: float
    by_keyword: Mapping[str, float]
    passed: float
    requirements_kept: float


@dataclass(frozen=True)
class Words:
    """`places` are of one task's reference; `styles` of all samples of the run, `of_task` of that task's."""

    task_id: str
    sentences: tuple[str, ...]
    places: tuple[Place, ...]
    styles: tuple[Style, ...]
    of_task: tuple[Style, ...]

    def change(self, sentence: int) -> float:
        """The mean change of a guard's log-probability against the prompt without a sentence, in nats; NaN without
        guards."""
        gains = [math.log(each.probabilities[sentence] / each.probabilities[0]) for each in self.places]
        return math.fsum(gains) / len(gains) if gains else math.nan


def words(subject: "Subject", sentences: Sequence[str] = SENTENCES) -> Words:
    """Measure the sentences on the task of a recorded sample. Raises ConfigError where its suite is not at hand."""
    if subject.recorded is None:
        raise ConfigError("A prompt has no reference to look at: give RUN and --sample ID.")
    recorded = subject.recorded
    question = _question(recorded)
    prompts = [with_sentence(subject.prompt, each) for each in sentences]
    places = tuple(_places(subject.model, question, prompts))
    task_id = recorded.sample.key.task_id
    return Words(task_id, tuple(sentences), places, tuple(styles(recorded.run)), tuple(styles(recorded.run, task_id)))


def with_sentence(prompt: str, sentence: str) -> str:
    """The prompt with a sentence more where its last docstring ends; without one, after its first paragraph."""
    if not sentence:
        return prompt
    at = max(prompt.rfind('"""'), prompt.rfind("'''"))
    if at < 0:
        at = prompt.find("\n\n") if "\n\n" in prompt else len(prompt)
        return f"{prompt[:at]} {sentence}{prompt[at:]}"
    before = prompt[:at]
    body = before.rstrip()
    space = before[len(body) :]
    joined = space if "\n" in space else " "
    return f"{body}{joined}{sentence}{space}{prompt[at:]}"


def _question(recorded: "Recorded") -> "Question":
    from evalkit.run.manifest import check_tasks, experiment_of
    from evalkit.run.plan import plan
    from evalkit.suites import load_suite

    try:
        experiment = experiment_of(recorded.manifest, recorded.run)
        suite = load_suite(experiment.suite)
        found = plan(experiment, suite).question(recorded.sample.key)
    except EvalkitError as error:
        raise ConfigError(f"The task of this sample is not at hand: {error}") from error
    task_id = recorded.sample.key.task_id
    tasks = tuple(task for task in suite.tasks if task.id == task_id)
    kept = {"tasks": {task_id: recorded.manifest["tasks"][task_id]}}
    check_tasks(kept, replace(suite, tasks=tasks), recorded.run)
    return found


def _places(model: "TransformersModel", question: "Question", prompts: Sequence[str]) -> Iterator[Place]:
    from evalkit.run.likelihood import as_continued

    reference = question.task.reference
    [text] = as_continued(question, prompts[0], [reference])
    found = list(guards(reference, text))
    if not found:
        return
    measured = list(_measured(model, prompts, text, found))
    for at, guard in enumerate(found):
        rows = [each[at] for each in measured]
        yield Place(guard.keyword, guard.line, tuple(p for p, _ in rows), tuple(rank for _, rank in rows))


@torch.inference_mode()
def _measured(
    model: "TransformersModel", prompts: Sequence[str], text: str, found: Sequence[Guard]
) -> Iterator[list[tuple[float, int]]]:
    """For each prompt, probability and rank of each guard's first token; what the prompts share is read once."""
    encoded = [_encoded(model, prompt, text) for prompt in prompts]
    memory = model.network.memory()
    shared = _shared(encoded) if memory else 0
    if shared:
        _logits(model, encoded[0][0][:shared], memory, [shared - 1])
    for ids, ends in encoded:
        first = len(ids) - len(ends)
        at = [next(number for number, end in enumerate(ends) if end > guard.start) + first for guard in found]
        logits = _logits(model, ids[shared:], copy.deepcopy(memory), [position - 1 - shared for position in at])
        yield [_measure(row, ids[position]) for row, position in zip(logits, at, strict=True)]


def _encoded(model: "TransformersModel", prompt: str, text: str) -> tuple[list[int], list[int]]:
    """All ids, and where each token of the text ends in it (characters)."""
    prompt_ids = model.encode(prompt)
    found = model.tokenizer(prompt + text, add_special_tokens=False, verbose=False, return_offsets_mapping=True)
    if found["input_ids"][: len(prompt_ids)] == prompt_ids:
        ends = [end - len(prompt) for _, end in found["offset_mapping"][len(prompt_ids) :]]
        return found["input_ids"], ends
    alone = model.tokenizer(text, add_special_tokens=False, verbose=False, return_offsets_mapping=True)
    return prompt_ids + alone["input_ids"], [end for _, end in alone["offset_mapping"]]


def _shared(several: Sequence[tuple[list[int], list[int]]]) -> int:
    """Tokens that all begin with, the last one of a prompt never among them: it says how the text begins."""
    columns = zip(*(ids for ids, _ in several), strict=False)
    prompts = min(len(ids) - len(ends) for ids, ends in several)
    return min(next((at for at, column in enumerate(columns) if len(set(column)) > 1), prompts), prompts - 1)


def _logits(
    model: "TransformersModel", ids: Sequence[int], memory: dict[str, Any], after: Sequence[int]
) -> torch.Tensor:
    """The logits after some positions of `ids`, (positions, vocabulary): a whole text of them costs as much again."""
    network = model.network
    wanted = torch.tensor(list(after), device=network.device)
    inputs = memory | {"logits_to_keep": wanted}
    kept = {name: value for name, value in inputs.items() if name in network.accepts}
    logits: torch.Tensor = network.module(input_ids=torch.tensor([list(ids)], device=network.device), **kept).logits[0]
    return logits if "logits_to_keep" in kept else logits[wanted]


def _measure(logits: torch.Tensor, token: int) -> tuple[float, int]:
    values = logits.double()
    return float(values.softmax(0)[token]), 1 + int((values > values[token]).sum())


def styles(run: AnyPath, task_id: str | None = None) -> Iterator[Style]:
    """The samples of each prompt style of a run, or of one of its tasks. Only judged samples count."""
    import pandas as pd

    from evalkit.results import load
    from evalkit.statistics import sample_outcomes

    results = load(run)
    outcomes = sample_outcomes(results)
    codes = results.samples["solution"].fillna("").astype(str)
    counts = pd.DataFrame([_counted(code) for code in codes], index=outcomes.index, columns=list(KEYWORDS))
    key = ["task_id", "prompt_style"]
    kept = results.verdicts.assign(kept=results.verdicts["status"].eq("passed").to_numpy(dtype=bool))
    kept = kept.groupby([*key, *_OTHERS, "requirement"])["kept"].min().reset_index()
    mine = outcomes["scored"] & (task_id is None or outcomes["task_id"].eq(task_id))
    for name in dict.fromkeys(outcomes.loc[mine, "prompt_style"]):
        chosen = mine & outcomes["prompt_style"].eq(name)
        theirs = kept[kept["prompt_style"].eq(name) & (task_id is None or kept["task_id"].eq(task_id))]
        means = counts[chosen.to_numpy(dtype=bool)].mean()
        yield Style(
            str(name), int(chosen.sum()), float(means.sum()), {word: float(means[word]) for word in KEYWORDS},
            float(outcomes.loc[chosen, "passed"].mean()), float(theirs["kept"].mean()),
        )  # fmt: skip


_OTHERS = ("model", "temperature", "identifiers", "context_position", "filler_tokens", "retrieval", "index")


def _counted(code: str) -> list[int]:
    found = _GUARD.findall(code)
    return [found.count(word) for word in KEYWORDS]
