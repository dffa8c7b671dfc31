"""Options that several commands share."""

import math
from collections.abc import Callable
from typing import Any

import click


def cpu_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """--cpu-floor and --cpu-factor; None when not given."""
    floor = "Seconds of processor time that every test gets; the default is 4."
    factor = "A test gets this many times the reference's own time, if that is more; the default is 10."
    command = click.option("--cpu-factor", type=click.FloatRange(min=0), callback=_finite, help=factor)(command)
    smallest = click.FloatRange(min=0, min_open=True)
    return click.option("--cpu-floor", type=smallest, callback=_finite, help=floor)(command)


def shaping_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What shapes the distribution besides the temperature; None when not given, which is off."""
    penalty = "Divide the logits of tokens that occurred by this; off by default, like the three above."
    command = click.option("--repetition-penalty", type=float, help=penalty)(command)
    command = click.option("--min-p", type=float, help="Draw tokens with this share of the largest probability.")(
        command
    )
    command = click.option("--top-p", type=float, help="Draw from the most likely tokens that add up to this.")(command)
    return click.option("--top-k", type=int, help="Draw from the k most likely tokens.")(command)


def _finite(context: click.Context, parameter: click.Parameter, value: float | None) -> float | None:
    if value is not None and not math.isfinite(value):
        raise click.BadParameter(f"{value} is not a finite number.")
    return value
