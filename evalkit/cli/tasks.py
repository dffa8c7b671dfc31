"""`evalkit tasks`: look at suites and tasks, and check that they measure what they say."""

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from evalkit.cli.new_task import new_task
from evalkit.cli.options import cpu_options, listed, selection_options
from evalkit.cli.signals import stoppable

if TYPE_CHECKING:
    from evalkit.run.timing import Timing
    from evalkit.types import Sandbox, Suite, Task

FINDINGS = 1


@click.group(short_help="Look at suites and tasks, and check them.")
def tasks() -> None:
    """Look at suites and tasks, and check that they measure what they say."""


tasks.add_command(new_task)


@tasks.command("list")
@click.argument("suites", nargs=-1, metavar="[SUITE]...")
@selection_options
def list_tasks(suites: tuple[str, ...], **selection: Any) -> None:
    """List suites with their tasks; all packaged ones when none is given.

    The options select tasks as they do for 'evalkit run'.
    """
    for suite in _selected(suites, selection):
        click.echo(f"{suite.name}: {suite.title} ({len(suite.tasks)} tasks)")
        width = max(len(task.id) for task in suite.tasks)
        for task in suite.tasks:
            tags = f"  [{', '.join(task.tags)}]" if task.tags else ""
            click.echo(f"  {task.id:{width}}  {task.title}{tags}")


def _selected(names: tuple[str, ...], selection: Mapping[str, Any]) -> "list[Suite]":
    """The suites with the selected tasks; those without any are left out, unless none has any."""
    from evalkit.errors import ConfigError
    from evalkit.suites import load_suite, suite_names
    from evalkit.suites.selection import select_tasks

    found, refused = [], None
    for suite in map(load_suite, names or suite_names()):
        try:
            found.append(
                select_tasks(suite, selection["tasks"], selection["limit"], selection["tags"], selection["shuffle"])
            )
        except ConfigError as error:
            refused = error
    if refused is not None and not found:
        raise refused
    return found


@tasks.command()
@click.argument("task_id", metavar="TASK")
@click.option("--identifiers", default="snake_case", show_default=True, help="Identifier style.")
@click.option("--prompt", "prompt_style", default="plain", show_default=True, help="Prompt style, or a template file.")
@click.option("--model", help="Show how this model's tokenizer splits each name; its weights are not loaded.")
def show(task_id: str, identifiers: str, prompt_style: str, model: str | None) -> None:
    """Show a task as a model is asked it, its requirements and its tests.

    TASK is an id such as starter/parse_duration, or the part after the slash.
    """
    from evalkit.cli.token_table import token_table
    from evalkit.identifiers import all_names, rename_task
    from evalkit.prompts import build_prompt, choose_shots, shots_of
    from evalkit.prompts.context import in_context
    from evalkit.types import Context

    found, others = _find_task(task_id)
    task = rename_task(found, identifiers)
    shown = choose_shots(task.id, others, shots_of(prompt_style))
    prompt = build_prompt(task, prompt_style, [rename_task(others[each], identifiers) for each in shown])
    prompt = in_context(prompt, task, Context(), ())
    click.echo(f"{task.id}: {task.title}\n\nPrompt ({identifiers}, {prompt_style}):\n")
    if prompt.system:
        click.echo(f"[system] {prompt.system}\n")
    click.echo(prompt.text)
    if prompt.prefill:
        click.echo(f"\n[the answer begins with]\n{prompt.prefill}")
    if model:
        click.echo(f"\n{token_table(model, all_names(found, identifiers), prompt)}")
    _show_requirements(task)
    if task.judging == "shared":
        click.echo("\nJudging: shared. The tests run in the solution's own process, which could forge their verdicts.")
    click.echo(f"\nTests:\n\n{task.tests_source}")


@tasks.command()
@click.argument("suites", nargs=-1, required=True, metavar="SUITE...")
@click.option("--sandbox", default="auto", show_default=True, help="Where the solutions run.")
@click.option("--runtime", help="Container runtime of the engine, such as runsc.")
@click.option("--workers", type=click.IntRange(min=1), help="Tasks checked at the same time.")
@click.option(
    "--repeats", type=click.IntRange(min=1), default=20, show_default=True, help="Times each reference is judged."
)
@click.option(
    "--wrong-repeats", type=click.IntRange(min=1), default=1, show_default=True, help="The same for known-wrongs."
)
@click.option(
    "--mutants/--no-mutants", default=True, help="Whether to list changes of references that no test notices."
)
@click.option(
    "--identifiers", multiple=True, callback=listed, help="Check the tasks in this style too; 'all' for every one."
)
@cpu_options
@click.option("--allow-unisolated", is_flag=True, help="Accept a sandbox that isolates nothing.")
def check(
    suites: tuple[str, ...],
    sandbox: str,
    runtime: str | None,
    workers: int | None,
    repeats: int,
    wrong_repeats: int,
    mutants: bool,
    identifiers: tuple[str, ...],
    cpu_floor: float | None,
    cpu_factor: float | None,
    allow_unisolated: bool,
) -> None:
    """Run references and known-wrong solutions, and print what does not fit.

    Every repeat runs the tests in another order, a known-wrong's at most as often as the reference's. Changes of a
    reference that no test notices are hints, no findings: they do not change the exit code. Exit codes: 0 all is well,
    1 findings, 2 wrong input, 130 interrupted.
    """
    from evalkit.run.timing import DEFAULT_TIMING
    from evalkit.sandboxes import open_sandbox
    from evalkit.sandboxes.packages import require_packages
    from evalkit.suites import load_suite

    given = {"floor": cpu_floor, "factor": cpu_factor}
    timing = replace(DEFAULT_TIMING, **{key: value for key, value in given.items() if value is not None})
    loaded = [each for name in suites for task in load_suite(name).tasks for each in _styled(task, identifiers)]
    require_packages(package for task in loaded for package in task.packages)
    number = workers or os.cpu_count() or 1
    say = partial(click.echo, err=True)
    with stoppable(), closing(open_sandbox(sandbox, number, allow_unisolated, say, runtime)) as opened:
        findings = _check_all(loaded, opened, timing, (repeats, min(repeats, wrong_repeats)), mutants)
    click.echo(f"{len(loaded)} tasks checked in {opened.name}: {len(findings) or 'no'} findings.")
    if findings:
        raise SystemExit(FINDINGS)


def _styled(task: "Task", styles: tuple[str, ...]) -> "list[Task]":
    """The task as it is written, and in each of the styles under an id that says so."""
    from evalkit.identifiers import rename_task
    from evalkit.registry import names

    chosen = dict.fromkeys(
        each for style in styles for each in (names("identifier style") if style == "all" else [style])
    )
    renamed = [(style, rename_task(task, style)) for style in chosen]
    return [task, *(replace(each, id=f"{task.id} in {style}") for style, each in renamed if each != task)]


def _check_all(
    loaded: "list[Task]", sandbox: "Sandbox", timing: "Timing", repeats: tuple[int, int], mutants: bool
) -> list[str]:
    """Check tasks side by side; prints one line per task on standard error, findings and hints as they come."""
    from evalkit.run.reference_times import ReferenceTimes
    from evalkit.run.timing import Calibrations
    from evalkit.run.trials import Trials
    from evalkit.suites.check import check_task
    from evalkit.suites.mutants import surviving_mutants

    trials = Trials(sandbox, Calibrations(timing, measured=ReferenceTimes(sandbox)))
    found: list[str] = []

    def examine(task: "Task") -> tuple[tuple[str, ...], tuple[str, ...]]:
        findings = check_task(task, trials.of(task), *repeats)
        return findings, tuple(surviving_mutants(task, sandbox)) if mutants and not findings else ()

    with ThreadPoolExecutor(sandbox.workers) as pool:
        try:
            results = pool.map(examine, loaded)
            for number, (task, (findings, hints)) in enumerate(zip(loaded, results, strict=True), 1):
                click.echo(f"[{number}/{len(loaded)}] {task.id}: {len(findings) or 'no'} findings", err=True)
                for line in (*findings, *(f"hint: {hint}" for hint in hints)):
                    click.echo(line)
                found += findings
        except BaseException:  # an interrupt too: the threads wait for a sandbox that nobody needs any more
            pool.shutdown(wait=False, cancel_futures=True)
            sandbox.close()
            raise
    return found


def _find_task(task_id: str) -> "tuple[Task, dict[str, Task]]":
    """A task and its suite's tasks by id.

    It is named '<suite>/<task>', where the suite may be a folder's path, or by its name in any packaged suite.
    """
    from evalkit.errors import UnknownName
    from evalkit.suites import load_suite, suite_names

    suite, slash, name = task_id.rpartition("/")
    searched = [load_suite(each) for each in ([suite] if slash else suite_names())]
    for found, task in ((each, task) for each in searched for task in each.tasks):
        if task.id.rpartition("/")[2] == name:
            return task, {each.id: each for each in found.tasks}
    where = ", ".join(each.name for each in searched)
    raise UnknownName(f"Unknown task {task_id!r} (searched: {where}). 'evalkit tasks list' shows all.")


def _show_requirements(task: "Task") -> None:
    width = max(len(requirement.id) for requirement in task.requirements)
    click.echo("\nRequirements:\n")
    for requirement in task.requirements:
        tests = sum(test.requirement == requirement.id for test in task.tests)
        counted = f"{tests} test{'' if tests == 1 else 's'}"
        click.echo(f"  {requirement.id:{width}}  {requirement.kind:7}  {counted:8}  {requirement.text}")
