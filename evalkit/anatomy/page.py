"""One self-contained page of the sections that were computed, through the templates in reports/anatomy."""

import base64
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evalkit.anatomy import SECTIONS, figures
from evalkit.anatomy.distribution import CLAIMED
from evalkit.anatomy.loop import NUMBERS
from evalkit.anatomy.marks import marked
from evalkit.anatomy.sections import Found, text_of
from evalkit.anatomy.terminal.cells import factor, percent
from evalkit.anatomy.words import KEYWORDS
from evalkit.registry import data_folder
from evalkit.results.files import explained, write_atomically
from evalkit.results.sample_ids import sample_id

if TYPE_CHECKING:
    from jinja2 import Environment

SCRIPTS = ("page.js", "anatomy/anatomy.js")
STYLES = ("report.css", "anatomy/anatomy.css")


def write_page(found: Found, path: Path) -> None:
    """Write the page; it asks nothing of any other machine and runs only its own script. Raises RunDirectoryError
    where it cannot be written."""
    with explained(path.parent, "Choose another --html."):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, page(found).encode())


def page(found: Found) -> str:
    """The page as text."""
    from markupsafe import Markup

    environment = _environment()
    folder = data_folder("reports")
    script = "\n".join((folder / name).read_text(encoding="utf-8") for name in SCRIPTS)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; base-uri 'none'"
    made = [name for name in SECTIONS if getattr(found, name) is not None]
    context: dict[str, Any] = {
        "found": found,
        "policy": Markup(policy),  # base64 needs no escaping, and a digest with entities would match nothing
        "script": Markup(script),  # our own files
        "style": Markup("\n".join((folder / name).read_text(encoding="utf-8") for name in STYLES)),
        "titles": SECTIONS,
        "made": made,
        "heading": _heading(found),
        "steps": _steps(found),
        "text_of": lambda token: text_of(found.subject, token),
    }
    return environment.get_template("anatomy/page.html.jinja").render(context)


def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from evalkit.reports.formatting import visible

    environment = Environment(
        loader=FileSystemLoader(data_folder("reports")),
        autoescape=True,  # every text of a prompt or a model is data
        finalize=visible,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"marked": marked, "percent": percent, "factor": factor, "level": figures.level}
    environment.globals |= {
        "figures": figures,
        "numbers": NUMBERS,
        "keywords": KEYWORDS,
        "claimed": CLAIMED,
    }
    return environment


def _heading(found: Found) -> str:
    recorded = found.subject.recorded
    return "A prompt" if recorded is None else sample_id(recorded.sample.key)


def _steps(found: Found) -> list[dict[str, Any]]:
    """What the script shows of each step of the loop; white space is marked and control characters are spelt out."""
    if found.loop is None:
        return []

    def name(token: int) -> str:
        return marked(text_of(found.subject, token), 30)

    return [
        {
            "at": step.index, "text": name(step.token), "replayed": name(step.replayed), "same": step.same,
            "uniform": step.uniform, "low": step.low, "high": step.high, "p": step.probability, "rank": step.rank,
            "logprob": round(step.logprob, 4), "recorded": round(step.recorded_logprob, 4),
            "alternatives": [[name(each.token), each.probability] for each in step.alternatives],
            "others": [name(token) for token in step.others],
        }
        for step in found.loop.steps
    ]  # fmt: skip
