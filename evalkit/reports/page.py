"""From a run's tables to Markdown and one HTML page, through a definition and its templates."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from evalkit.registry import data_folder
from evalkit.reports import tables
from evalkit.reports.definition import Definition, read_definition
from evalkit.reports.headline import headline, warnings
from evalkit.reports.programs import shared_programs
from evalkit.reports.servers import spending
from evalkit.reports.summary import Summary, mapping
from evalkit.reports.templates import Templates
from evalkit.reports.view import Shown, shown_sections

DEFINITION = "report.yaml"


@dataclass(frozen=True, eq=False)
class Report:
    """A report that is ready to be written: the numbers, the sections, and the templates that show them."""

    summary: Summary
    definition: Definition
    sections: Sequence[Shown]
    templates: Templates

    def markdown(self, pictures: bool = False) -> str:
        """The report as Markdown; with `pictures`, it shows the files in charts/ beside it."""
        return self.templates.render("report.md.jinja", {**self._context(), "pictures": pictures})

    def html(self, data: Sequence[tuple[str, str]] = (), note: str = "", served: bool = False) -> str:
        """The report as one page. `data` are the samples of its explorer, as `explorer.embedded` gives them; when it is
        `served`, a server has them. `note` says which samples are there."""
        explorer = bool(data) or served
        script = Markup(_asset("page.js") + (_asset("explorer.js") if explorer else ""))  # ours
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        return self.templates.render(
            "report.html.jinja",
            {
                **self._context(),
                "explorer": explorer,
                "source": "server" if served else "page",
                "note": note,
                "data": data,
                "script": script,
                "style": Markup(_asset("report.css")),  # ours
                "policy": Markup(_policy(digest, served)),
            },
        )

    def _context(self) -> Mapping[str, Any]:
        summary, manifest = self.summary, self.summary.results.manifest
        suite = mapping(manifest, "suite")
        return {
            "heading": f"{suite.get('title') or suite.get('name') or 'Run'}: {self.definition.title}",
            "suite": suite,
            "sandbox": mapping(manifest, "sandbox"),
            "headline": headline(summary),
            "warnings": warnings(summary),
            "models": list(summary.outcomes["model"].unique()) or list(mapping(manifest, "model")),
            "tasks": len({task for run in summary.results.runs for task in run.tasks}),
            "cells": len(summary.counts),
            "samples": len(summary.outcomes),
            "scored": summary.total("scored"),
            "spending": spending(summary),
            "programs": shared_programs(summary),
            "shared": tables.shared_factors(summary),
            "runs": [run.label for run in summary.results.runs],
            "sections": self.sections,
            "summary": summary,
        }


def make_report(summary: Summary, definition: Path | None = None) -> Report:
    """The report of a run by the packaged definition, or by one's own. Raises ReportError with file and line."""
    path = definition or data_folder("reports") / DEFINITION
    found, source = read_definition(path)
    templates = Templates(path)
    templates.check(found, source)
    return Report(summary, found, shown_sections(summary, found, source), templates)


def _policy(digest: str, served: bool) -> str:
    """No eval, no requests, no scripts but this one, whatever a text may smuggle into the page. The words are ours."""
    source = "'self'" if served else "'none'"
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; connect-src {source}; "
        f"base-uri 'none'; form-action 'none'"
    )


def _asset(name: str) -> str:
    return (data_folder("reports") / name).read_text(encoding="utf-8")
