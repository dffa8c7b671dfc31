"""`evalkit run`: draw samples, judge them, write a report."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import click

from evalkit.cli.options import (
    RAY,
    context_options,
    cpu_options,
    engine_options,
    listed,
    numbers,
    place,
    repeat_option,
    selection_options,
    server_options,
    shaping_options,
)
from evalkit.cli.report import write
from evalkit.cli.signals import stoppable
from evalkit.paths import AnyPath

if TYPE_CHECKING:
    from evalkit.run.judge_file import FileSession
    from evalkit.run.ray.options import ClusterOptions
    from evalkit.run.ray.session import RaySession
    from evalkit.run.session import Session

    AnySession = Session | FileSession | RaySession

INCOMPLETE = 3
INTERRUPTED = 130


@click.command(short_help="Draw samples from models, judge them, and write a report.")
@click.argument("target", required=False, metavar="[SUITE|EXPERIMENT.yaml]")
@click.option(
    "--model", multiple=True, help="Starter model, Hugging Face id, folder, GGUF file, openai:NAME, scripted."
)
@click.option("--temperature", multiple=True, callback=numbers, help="0 or more; 0 is greedy.")
@click.option(
    "--identifiers", multiple=True, callback=listed, help="Identifier style: snake_case, camelCase, abbreviated..."
)
@click.option("--prompt", multiple=True, callback=listed, help="Prompt style: plain, chat..., or a .jinja file.")
@context_options
@click.option("--samples", type=int, help="Samples per task and cell.")
@click.option("--seed", type=int, help="Key of all random streams.")
@click.option("--max-new-tokens", type=int, help="Tokens per sample at most.")
@shaping_options
@click.option(
    "--stop-after-definition",
    is_flag=True,
    default=None,
    help="Base prompts: end a sample when its definition is finished.",
)
@click.option("--top-logprobs", type=int, help="Record the log-probabilities of the k most likely tokens, too.")
@selection_options
@click.option("--sandbox", help="auto, docker, bubblewrap, subprocess, or package.module:Class.")
@click.option("--runtime", help="Container runtime of the engine, such as runsc.")
@click.option("--workers", type=int, help="Samples judged at the same time.")
@cpu_options
@repeat_option
@click.option("--allow-unisolated", is_flag=True, default=None, help="Accept a sandbox that isolates nothing.")
@server_options
@click.option("--batch-size", type=int, help="Samples drawn at the same time.")
@click.option("--dtype", help="auto, fp32, bf16, fp16 or int8.")
@click.option("--device", help="auto, cpu, cuda, cuda:N or mps.")
@click.option("--device-map", help="Spread the layers over all devices: auto, balanced or sequential.")
@click.option("--strict", is_flag=True, default=None, help="Draw one sample at a time, bit for bit; slower.")
@engine_options
@click.option("--out", help="Folder of the run; the default is runs/<time>-<suite>.")
@click.option("--dry-run", is_flag=True, help="Print what would be done, and do nothing.")
@click.option("--resume", type=place, metavar="DIR", help="Go on with a stopped run.")
def run(
    target: str | None,
    dry_run: bool,
    resume: AnyPath | None,
    engine: str,
    address: str | None,
    engine_settings: Mapping[str, object] | None,
    **options: object,
) -> None:
    """Draw samples of a suite's tasks, judge them in a sandbox, and write a report.

    Options given several times form a grid: every combination is drawn. An experiment file holds the same
    settings under the same names; options given here override it.

    Exit codes: 0 done, 2 wrong input, 3 incomplete (the sandbox or a server failed; resume), 130 interrupted (resume).
    """
    given = {key: value for key, value in options.items() if value not in (None, ())}
    cluster = _cluster(engine, address, engine_settings)
    if resume is not None:
        _refuse_options(target, dry_run, given)
        work_on(partial(_resume, resume, cluster))
    elif dry_run:
        _show_plan(target, given)
    else:
        work_on(partial(_begin, target, given, cluster))


def _refuse_options(target: str | None, dry_run: bool, given: Mapping[str, object]) -> None:
    names = [f"--{key.replace('_', '-')}" for key in given] + ["--dry-run"] * dry_run
    names += [target] if target else []
    if names:
        raise click.UsageError(f"--resume goes on with the settings of the run; leave out {', '.join(names)}.")


def _show_plan(target: str | None, given: Mapping[str, object]) -> None:
    from evalkit.cli.dry_run import describe
    from evalkit.config import load_experiment

    for line in describe(load_experiment(target, given)):
        click.echo(line)


def work_on(open_session: "Callable[[], AnySession]") -> None:
    """Work until all is done, or the user or the sandbox says stop; then the report of what there is."""
    path: AnyPath | None = None
    try:
        with stoppable(), open_session() as session, ThreadPoolExecutor(1) as beside:
            path = session.directory.path
            stopped = _work(session)
            complete = session.complete
            closing = beside.submit(session.sandbox.close)  # an engine takes its time: the report is written in it
            write((path,))
            closing.result()
    except KeyboardInterrupt:
        click.echo(f"Interrupted. {_how_to_resume(path) if path else 'Nothing was drawn yet.'}", err=True)
        raise SystemExit(INTERRUPTED) from None
    if not complete:
        click.echo(f"Incomplete: {stopped or 'some samples are unscored.'} {_how_to_resume(path)}", err=True)
        raise SystemExit(INCOMPLETE)


def _cluster(engine: str, address: str | None, settings: Mapping[str, object] | None) -> "ClusterOptions | None":
    """How a cluster is used; None for a run in this process."""
    if engine != RAY:
        if address or settings:
            raise click.UsageError(f"--{'address' if address else 'engine-option'} is for --engine ray.")
        return None
    from evalkit.run.ray.options import cluster_options

    return cluster_options(address, settings or {})


def _begin(target: str | None, given: Mapping[str, object], cluster: "ClusterOptions | None") -> "AnySession":
    from evalkit.config import load_experiment

    experiment = load_experiment(target, given)
    if cluster is not None:
        from evalkit.run.ray import session as on_cluster

        return on_cluster.begin(experiment, cluster, note)
    from evalkit.run.session import begin

    return begin(experiment, note)


def _resume(path: AnyPath, cluster: "ClusterOptions | None") -> "AnySession":
    from evalkit.results.manifest import read_manifest
    from evalkit.run import judge_file, session

    judged_file = judge_file.is_judged_file(read_manifest(path))
    if cluster is not None:
        if judged_file:
            raise click.UsageError("--engine ray is for runs that draw; samples of a file are judged in one process.")
        from evalkit.run.ray import session as on_cluster

        return on_cluster.resume(path, cluster, note)
    return judge_file.resume(path, note) if judged_file else session.resume(path, note)


def note(message: str) -> None:
    """A line about what is going on, beside the results."""
    click.echo(message, err=True)


def _work(session: "AnySession") -> str | None:
    """Why the work stopped early, None when it did not."""
    from evalkit.errors import ModelFailed, SandboxFailed

    click.echo(f"Run: {session.directory.path} ({session.samples} samples)", err=True)
    try:
        session.work()
    except (SandboxFailed, ModelFailed) as error:
        return str(error)
    return None


def _how_to_resume(path: AnyPath) -> str:
    return f"Go on with: evalkit run --resume {path}"
