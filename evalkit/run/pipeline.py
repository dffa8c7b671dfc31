"""A run: rename, prompt, generate, extract, score, append."""

from collections.abc import Iterable, Iterator
from itertools import chain, groupby, islice

from evalkit.extraction import extract_solution
from evalkit.progress import Progress
from evalkit.results import RunDirectory
from evalkit.run.alarm import ExtractionAlarm
from evalkit.run.failures import Failures
from evalkit.run.identical import reuses_verdicts
from evalkit.run.judging import Judged, Judging
from evalkit.run.models import Models
from evalkit.run.plan import Plan
from evalkit.run.reference_times import ReferenceTimes
from evalkit.run.timing import RECORD, Calibrations, Timing
from evalkit.run.units import Units
from evalkit.types import Request, Sample, SampleKey, Sandbox, Shaping, Undrawn

WINDOW = 4096  # samples handed to a model at a time: its batch runs empty only at the end; memory stays bounded


def evaluate(plan: Plan, directory: RunDirectory, models: Models, sandbox: Sandbox, progress: Progress) -> None:
    """Draw and judge what the run directory lacks; what is done is on disk at every moment.

    Drawing goes on while the sandbox's threads judge. Raises SandboxFailed when the sandbox breaks again and again,
    ModelFailed when a model's server did not give every sample: once what it gave is judged.
    """
    units = Units(plan, directory)
    failures = Failures()
    drawn = keep(failures.left_out(draw(plan, units.missing(), models)), units, progress)
    timing = Timing(plan.experiment.cpu_floor, plan.experiment.cpu_factor)
    calibrations = Calibrations(timing, directory.path / RECORD, ReferenceTimes(sandbox))
    try:
        with Judging(sandbox, calibrations, reuses_verdicts(plan.experiment)) as judging:
            for sample in chain(units.unjudged(), drawn):
                judging.submit(sample, plan.question(sample.key).task)
                append(judging.finished(), units, progress)
            append(judging.drain(), units, progress)
    finally:
        units.keep_begun()
    failures.tell()


def draw(plan: Plan, keys: Iterable[SampleKey], models: Models) -> Iterator[Sample | Undrawn]:
    """The samples of `keys`, in the order in which the models finish them; Undrawn where a server failed."""
    for label, of_model in groupby(keys, key=lambda key: key.cell.model):
        model = models.get(label)
        while window := tuple(islice(of_model, WINDOW)):
            requests = [ask(plan, key, models) for key in window]
            for position, completion in model.generate(requests):
                if isinstance(completion, Undrawn):
                    yield completion
                    continue
                key, question = window[position], plan.question(window[position])
                extraction = extract_solution(completion.text, question.task, question.prompt)
                yield Sample(key, requests[position].prompt, completion, extraction)


def ask(plan: Plan, key: SampleKey, models: Models) -> Request:
    """What the model is handed for one sample."""
    experiment, prompt = plan.experiment, plan.question(key).prompt
    return Request(
        key,
        models.render(key),
        experiment.seed,
        plan.max_new_tokens(key),
        prompt.stop,
        Shaping(experiment.top_k, experiment.top_p, experiment.min_p, experiment.repetition_penalty),
        stop_after_definition=experiment.stop_after_definition
        and prompt.mode == "base"
        and plan.tasks[key.task_id].judging != "program",
        top_logprobs=experiment.top_logprobs,
    )


def keep(samples: Iterable[Sample], units: Units, progress: Progress) -> Iterator[Sample]:
    """Put samples into the run directory and pass them on; says when they hold no code unusually often."""
    alarm = ExtractionAlarm()
    for sample in samples:
        units.add_sample(sample)
        progress.drawn(sample.completion.token_count)
        if warning := alarm.heard(sample):
            progress.note(warning)
        yield sample


def append(judged: Iterable[Judged], units: Units, progress: Progress) -> None:
    """Put verdicts into the run directory."""
    for sample, verdicts in judged:
        units.add_verdicts(sample.key, verdicts)
        progress.judged(verdict.status for verdict in verdicts)
