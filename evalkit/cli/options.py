"""Options that several commands share."""

import math
from collections.abc import Callable
from typing import Any

import click

from evalkit.paths import AnyPath, as_path


def place(value: str) -> AnyPath:
    """The type of arguments that name a run: a folder, or a URL in an object store."""
    return as_path(value)


def cpu_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """--cpu-floor and --cpu-factor; None when not given."""
    floor = "Seconds of processor time that every test gets; the default is 4."
    factor = "A test gets this many times the reference's own time, if that is more; the default is 10."
    command = click.option("--cpu-factor", type=click.FloatRange(min=0), callback=_finite, help=factor)(command)
    smallest = click.FloatRange(min=0, min_open=True)
    return click.option("--cpu-floor", type=smallest, callback=_finite, help=floor)(command)


def selection_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Which tasks: --tasks, --tags, --limit, --shuffle; () or None when not given."""
    limit = click.option("--limit", type=click.IntRange(min=1), help="Only the first N of the selected tasks.")
    seed = click.option("--shuffle", type=int, metavar="SEED", help="Another order of the tasks, before the limit.")
    tags = click.option("--tags", multiple=True, callback=listed, help="Only tasks with one of these tags.")
    names = click.option("--tasks", multiple=True, help="Only these task ids or patterns, such as 'parse_*'.")
    return names(tags(limit(seed(command))))


def repeat_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """--repeat-verdicts and --no-reuse-verdicts; None when not given, which is once for each different program."""
    again = "Judge identical code so many times: flaky tests are named and left out."
    command = click.option("--repeat-verdicts", type=click.IntRange(min=1), help=again)(command)
    each = "Execute every sample, even where programs are identical; the default is to execute those once."
    return click.option("--no-reuse-verdicts", "reuse_verdicts", flag_value=False, default=None, help=each)(command)


def shaping_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What shapes the distribution besides the temperature; None when not given, which is off."""
    penalty = "Divide the logits of tokens that occurred by this; off by default, like the three above."
    command = click.option("--repetition-penalty", type=float, help=penalty)(command)
    command = click.option("--min-p", type=float, help="Draw tokens with this share of the largest probability.")(
        command
    )
    command = click.option("--top-p", type=float, help="Draw from the most likely tokens that add up to this.")(command)
    return click.option("--top-k", type=int, help="Draw from the k most likely tokens.")(command)


def server_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What models of backends take, servers above all; None when not given."""
    options = (
        click.option("--base-url", help="Address of the server of openai:NAME, such as http://localhost:8000/v1."),
        click.option("--api-key-env", metavar="NAME", help="Environment variable with its key; else OPENAI_API_KEY."),
        click.option("--concurrency", type=int, help="Requests under way at a time; the default is 8."),
        click.option("--request-timeout", type=float, help="Seconds for one attempt; the default is 600."),
        click.option("--retries", type=int, help="Further attempts of a request that failed; the default is 6."),
        click.option("--samples-per-request", type=int, help="Samples that one request asks for (n)."),
        click.option("--price-input", type=float, help="Price of a million prompt tokens, for the report."),
        click.option("--price-output", type=float, help="Price of a million completion tokens, for the report."),
        click.option("--tokenizer", help="Model whose chat template and tokenizer are the server's."),
        click.option(
            "--model-option",
            "model_options",
            multiple=True,
            metavar="NAME=VALUE",
            callback=_named_values,
            help="A further option of the model's backend.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


RAY = "ray"


def engine_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Where the work is done: --engine, --address, --engine-option."""
    option = click.option(
        "--engine-option",
        "engine_settings",
        multiple=True,
        metavar="NAME=VALUE",
        callback=_named_values,
        help="How the cluster is used: generators, judges, gpus, cpus, ahead, patience.",
    )
    command = option(command)
    where = "auto, or HOST[:PORT] of the cluster's head node; without it, a cluster of this machine alone."
    command = click.option("--address", help=where)(command)
    which = "process works in this process; ray with the workers of a Ray cluster."
    return click.option("--engine", type=click.Choice(["process", RAY]), default="process", help=which)(command)


def _named_values(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> dict[str, object] | None:
    """NAME=VALUE, the value read as in an experiment file: 4 is a number, true is true."""
    import yaml

    named: dict[str, object] = {}
    for name, equals, value in (each.partition("=") for each in values):
        if not name or not equals:
            raise click.BadParameter(f"{name!r} is not of the form NAME=VALUE.")
        try:
            named[name] = yaml.safe_load(value)
        except yaml.YAMLError as error:
            raise click.BadParameter(f"the value of {name!r} cannot be read; put it into quotes.") from error
    return named or None


def context_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What stands before the question; each option may be given several times."""
    found = "on or off: repeat what a search of the context finds right before the question."
    command = click.option("--retrieval", multiple=True, callback=listed, help=found)(command)
    filler = "Tokens of other text before the question, by the model's tokenizer."
    command = click.option("--filler-tokens", multiple=True, callback=_whole_numbers, help=filler)(command)
    place = "Where in that text the task's own context stands: start, middle or end."
    return click.option("--position", multiple=True, callback=listed, help=place)(command)


def listed(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Values that were given one by one, or several in one with commas between them."""
    return tuple(part.strip() for value in values for part in value.split(","))


def numbers(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[float, ...]:
    """Numbers, one by one or with commas between them."""
    return tuple(click.FLOAT(part, parameter, context) for part in listed(context, parameter, values))


def _whole_numbers(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[int, ...]:
    parts = listed(context, parameter, values)
    if wrong := [part for part in parts if not part.isdecimal()]:
        raise click.BadParameter(f"{wrong[0]!r} is not a whole number of at least 0.")
    return tuple(map(int, parts))


def _finite(context: click.Context, parameter: click.Parameter, value: float | None) -> float | None:
    if value is not None and not math.isfinite(value):
        raise click.BadParameter(f"{value} is not a finite number.")
    return value
