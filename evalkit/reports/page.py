"""From a run directory to report.md and report.html, through the templates in reports/."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from evalkit.registry import data_folder
from evalkit.reports import formatting, tables
from evalkit.reports.failing import failing_samples
from evalkit.reports.headline import headline, warnings
from evalkit.reports.names import name_tokens
from evalkit.reports.programs import shared_programs
from evalkit.reports.summary import Summary, mapping, summarise
from evalkit.results import load
from evalkit.results.files import explained, write_atomically

MARKDOWN, HTML = "report.md", "report.html"


def write_report(run: Path, out: Path | None = None) -> tuple[Path, Path]:
    """Write report.md and report.html for a run, complete or not, and return their paths.

    They go into the run directory, or into the folder `out`. Equal runs give equal bytes. Raises
    RunDirectoryError when the run cannot be read or the folder cannot be written.
    """
    return _write(summarise(load(run)), Path(out or run))


def write_and_tell(run: Path, out: Path | None = None) -> tuple[str, Path]:
    """Write both, and return what terminal_summary says and the path of the page; the tables are made once."""
    summary = summarise(load(run))
    _, page = _write(summary, Path(out or run))
    return _told(summary), page


def terminal_summary(run: Path) -> str:
    """The run in a sentence, then one line for everything that must be known before believing it."""
    return _told(summarise(load(run)))


def _write(summary: Summary, folder: Path) -> tuple[Path, Path]:
    context = _context(summary)
    environment = _environment()
    with explained(folder, "Choose another folder for the report."):
        folder.mkdir(parents=True, exist_ok=True)
        for name in (MARKDOWN, HTML):
            text = environment.get_template(f"{name}.jinja").render(context)
            write_atomically(folder / name, text.encode())
    return folder / MARKDOWN, folder / HTML


def _told(summary: Summary) -> str:
    lines = [headline(summary), *(f"Note: {warning}" for warning in warnings(summary))]
    return "\n".join(str(formatting.visible(line)) for line in lines)


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(data_folder("reports")),
        autoescape=select_autoescape(["html.jinja"]),
        finalize=formatting.visible,  # every text that is put out passes it: none can be forgotten
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["inline"] = formatting.markdown_inline
    environment.filters["code"] = formatting.markdown_code
    environment.filters["fenced"] = formatting.markdown_fenced
    return environment


def _context(summary: Summary) -> Mapping[str, Any]:
    manifest = summary.results.manifest
    more_broken, never_broken = tables.requirements_left_out(summary)
    return {
        "suite": mapping(manifest, "suite"),
        "sandbox": mapping(manifest, "sandbox"),
        "headline": headline(summary),
        "warnings": warnings(summary),
        "models": list(summary.outcomes["model"].unique()) or list(mapping(manifest, "model")),
        "tasks": len(mapping(manifest, "tasks")),
        "cells": len(summary.counts),
        "samples": len(summary.outcomes),
        "scored": summary.total("scored"),
        "programs": shared_programs(summary),
        "k": summary.k,
        "shared": tables.shared_factors(summary),
        "passing": tables.passing(summary),
        "worst": tables.worst_requirements(summary),
        "more_broken": more_broken,
        "never_broken": never_broken,
        "plausible": tables.plausible(summary),
        "against": tables.plausible_against_correct(summary),
        "statuses": tables.statuses(summary),
        "sample_counts": tables.samples(summary),
        "name_tokens": name_tokens(summary),
        "failing": failing_samples(summary),
        "provenance": tables.provenance(summary),
    }
