"""`evalkit anatomy`: what a model did with a prompt, or with a sample of a run, step by step."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from evalkit.cli.options import listed
from evalkit.cli.run import note
from evalkit.cli.signals import stoppable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console, RenderableType

    from evalkit.anatomy.request import Request
    from evalkit.anatomy.sections import Found


@click.command(short_help="Show what a model computes, from tokens to text.")
@click.argument("target", required=False, metavar="[PROMPT|RUN]")
@click.option("--file", type=click.Path(path_type=Path, dir_okay=False), help="Read the prompt from a file.")
@click.option("--sample", metavar="ID", help="A sample of RUN: its number, or 'TASK|temperature=0.8|index=1'.")
@click.option("--model", help="Starter model, Hugging Face id, folder or GGUF file; a run knows its own.")
@click.option("--chat", is_flag=True, help="Put the prompt into the model's chat template.")
@click.option("--section", multiple=True, callback=listed, help="Only these sections; several with commas.")
@click.option("--temperatures", multiple=True, callback=listed, help="Temperatures of the distribution.")
@click.option("--top", type=int, default=12, show_default=True, help="Most likely tokens that are shown.")
@click.option("--position", type=int, help="The token to look at, from 0; negative from the end.")
@click.option("--layers", multiple=True, callback=listed, help="Layers of attention that are kept, from 0.")
@click.option("--window", type=int, help="Tokens up to the position whose attention is kept.")
@click.option("--words", multiple=True, callback=listed, help="Words and names whose vectors are compared.")
@click.option("--names", multiple=True, callback=listed, help="Names that are spelt in every identifier style.")
@click.option("--dtype", help="auto, fp32, bf16, fp16 or int8; a run knows its own.")
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Write one self-contained page instead.")
def anatomy(**given: object) -> None:
    """Show the computation behind a text, with real numbers from the model's weights.

    For a PROMPT (or --file), for a sample of a RUN, or (fork) for a RUN as a whole. Sections: tokens, embeddings,
    attention, distribution, loop, fork, words.
    """
    from evalkit.anatomy.request import Request

    request = Request.of(given)
    with stoppable():
        _show(request)


def _show(request: "Request") -> None:
    """The run as a whole, or a subject with its model; as a page or on the terminal."""
    if request.run is not None and request.sample is None:
        from evalkit.anatomy.fork import find_forks
        from evalkit.anatomy.terminal.fork import render

        _print("The fork", render(find_forks(request.run)))
        return
    from evalkit.anatomy import SECTIONS
    from evalkit.anatomy.sections import compute

    found = compute(request.subject(note), request.sections, request.options)
    for remark in found.subject.remarks:
        note(f"Note: {remark}")
    if request.html is None:
        _print_sections(found)
        return
    from evalkit.anatomy.page import write_page

    write_page(found, request.html)
    for name, why in found.left_out.items():
        note(f"{SECTIONS[name]} is left out: {why}")
    click.echo(request.html)


def _print_sections(found: "Found") -> None:
    from evalkit.anatomy import SECTIONS
    from evalkit.anatomy.terminal.everything import rendered

    for name, parts in rendered(found):
        _print(SECTIONS[name], parts)
    for name, why in found.left_out.items():
        note(f"{SECTIONS[name]} is left out: {why}")


def _print(title: str, parts: "Iterable[RenderableType]") -> None:
    console = _console()
    console.rule(title, align="left")
    for part in parts:
        console.print(part)


def _console() -> "Console":
    import sys

    from rich.console import Console

    # A file or pipe has no width: tables there are as wide as they need to be.
    return Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else 200)
