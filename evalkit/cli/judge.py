"""`evalkit judge`: verdicts for samples that were drawn elsewhere."""

import os
import threading
import time
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evalkit.cli.options import cpu_options, place, repeat_option, selection_options
from evalkit.cli.run import note, work_on
from evalkit.paths import AnyPath

if TYPE_CHECKING:
    from evalkit.run.judge_file import FileSession


@click.command(short_help="Judge samples from a file, and write a report.")
@click.argument("samples", type=click.Path(path_type=Path))
@click.option("--suite", required=True, help="Suite name, folder, or data file (docs/datasets.md).")
@click.option("--model", help="What the samples' model is called in the report; the default is file:<name>.")
@click.option("--sandbox", default="auto", show_default=True, help="Where the solutions run.")
@click.option("--runtime", help="Container runtime of the engine, such as runsc.")
@click.option("--workers", type=click.IntRange(min=1), help="Samples judged at the same time.")
@selection_options
@cpu_options
@repeat_option
@click.option("--allow-unisolated", is_flag=True, help="Accept a sandbox that isolates nothing.")
@click.option("--out", type=place, help="Folder of the run; the default is runs/<time>-<name>.")
def judge(samples: Path, out: AnyPath | None, workers: int | None, model: str | None, **options: object) -> None:
    """Judge the samples in SAMPLES, and write a report as for a run.

    SAMPLES is a .jsonl or .jsonl.gz file of {"task_id", "completion"} lines (the completion goes on from the task's
    prompt) or {"task_id", "solution"} lines (a whole program), or a folder of such files or of TASK/NUMBER.py.
    Bad lines are told and skipped. 'evalkit run --resume DIR' goes on with a stopped run.

    Exit codes: 0 done, 2 wrong input, 3 incomplete (the sandbox failed; resume), 130 interrupted (resume).
    """
    name = samples.resolve().name
    options = {key: value for key, value in options.items() if value not in (None, ())}
    options |= {"samples_from": str(samples), "model": model or f"file:{name}", "workers": workers or os.cpu_count()}
    out = out or Path("runs", f"{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-{name}")
    work_on(partial(_begin, options, out))


def _begin(options: dict[str, object], out: AnyPath) -> "FileSession":
    from evalkit.run.opening import Opening

    with Opening(options) as opening:
        from evalkit.run.judge_file import Settings, begin

        session = begin(Settings.model_validate(options), out, note, opening)
    # What the report needs is loaded while samples are judged. Not as a daemon: cut off inside a library's own
    # code, such a thread can take the process down with another exit code than ours.
    threading.Thread(target=import_module, args=("evalkit.reports",)).start()
    return session
