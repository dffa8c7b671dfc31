"""The `evalkit` command. Exit codes: 0 done, 1 findings, 2 wrong input, 3 incomplete, 130 interrupted.

A subcommand's module is imported when it is asked for; none of them imports torch or pandas at its top.
"""

import atexit
import gc
import os
from importlib import import_module

import click

from evalkit import __version__
from evalkit.errors import EvalkitError

COMMANDS = {  # name -> module in evalkit.cli, which holds a command of the same name
    "run": "run",
    "judge": "judge",
    "status": "status",
    "compact": "compact",
    "report": "report",
    "view": "view",
    "compare": "compare",
    "baseline": "baseline",
    "gate": "gate",
    "history": "history",
    "export": "export",
    "likelihood": "likelihood",
    "anatomy": "anatomy",
    "tasks": "tasks",
    "models": "models",
    "datasets": "datasets",
    "sandbox": "sandbox",
}
# NumPy's threads spin for about 20 ms after each product, while other threads or the sandbox want their processors.
# OpenBLAS reads this once, when NumPy is imported: the exponent of the clock cycles to spin.
os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", "4")
# What is imported makes hundreds of thousands of objects, none of them garbage: looking through them all, again and
# again and once more at the end, took a tenth of a short command.
gc.set_threshold(50_000, 20, 50)
atexit.register(gc.freeze)
INTERRUPTED = 130  # what shells give for a process ended by SIGINT: 128 + 2


class OneLineError(click.ClickException):
    """Shown as 'Error: <one line>' on standard error."""

    exit_code = 2

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.split()))


class Commands(click.Group):
    """Finds subcommands by name, and turns expected errors into one line without a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the help page."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of a subcommand."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"evalkit.cli.{COMMANDS[cmd_name]}"), cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run a subcommand. Only what users can cause or mend is caught; bugs keep their traceback."""
        try:
            return super().invoke(ctx)
        except EvalkitError as error:
            raise OneLineError(str(error)) from error
        except click.exceptions.NoArgsIsHelpError:  # 'evalkit tasks' alone: its help page is the answer
            raise
        except click.UsageError as error:
            raise OneLineError(f"{error.format_message()} {_help_hint(error)}") from error
        except KeyboardInterrupt:
            click.echo("Interrupted.", err=True)
            ctx.exit(INTERRUPTED)


def _help_hint(error: click.UsageError) -> str:
    path = error.ctx.command_path if error.ctx else "evalkit"
    return f"See '{path} --help'."


@click.group(
    name="evalkit", cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="evalkit", message="%(prog)s %(version)s")
def main() -> None:
    """Measures how often a code model's likely-looking code is correct."""
