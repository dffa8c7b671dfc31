"""Jinja templates: the packaged ones, and a user's own beside the report's definition."""

from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import (
    Environment,
    FileSystemBytecodeCache,
    FileSystemLoader,
    StrictUndefined,
    TemplateNotFound,
    TemplateSyntaxError,
    select_autoescape,
)
from jinja2.bccache import Bucket
from markupsafe import Markup

from evalkit.cache import cache_folder
from evalkit.errors import EvalkitError, ReportError
from evalkit.registry import data_folder
from evalkit.reports import formatting
from evalkit.reports.definition import Definition, Source
from evalkit.reports.view import Block

KINDS = ("html", "md")


class Templates:
    """Finds and fills templates; a mistake in one of them is a line that names the template and its line."""

    def __init__(self, definition: Path) -> None:
        self.environment = _environment(definition.parent)

    def check(self, definition: Definition, source: Source) -> None:
        """Every template that the definition names is there, for HTML or Markdown at least, and can be read."""
        for number, section in enumerate(definition.sections):
            for at, name in enumerate(section.template):
                found = [self._find(name, kind) for kind in KINDS]  # all of them, so that every mistake is found
                if not any(found):
                    place = ("sections", number, "template", at)
                    files = " or ".join(f"{name}.{kind}.jinja" for kind in KINDS)
                    raise source.error(place, f"there is no template {files} beside this file, and no packaged one.")

    def render(self, file: str, context: Mapping[str, Any]) -> str:
        """A template filled. Raises ReportError for mistakes of the template; errors of the rest are passed on."""
        kind = file.split(".")[-2]
        try:
            template = self.environment.get_template(file)
            return template.render({**context, "render": lambda block: self._block(block, kind, context)})
        except TemplateSyntaxError as error:
            raise ReportError(f"{error.filename or file}:{error.lineno}: {error.message}.") from error

    def _block(self, block: Block, kind: str, context: Mapping[str, Any]) -> str:
        file = self._find(block.name, kind)
        if file is None:
            return ""
        try:
            text = self.environment.get_template(file).render({**context, "data": block.data})
        except (EvalkitError, TemplateSyntaxError):
            raise
        except (
            Exception
        ) as error:  # a template can raise anything; packaged ones are code of ours, and keep their trace
            place = _place(error, str(data_folder("reports")))
            if place is None:
                raise
            raise ReportError(f"{place}: {type(error).__name__}: {error}.") from error
        return Markup(text) if kind == "html" else text  # autoescaped when it was rendered

    def _find(self, name: str, kind: str) -> str | None:
        """The file of a template: one's own wins over a packaged one."""
        for file in (f"{name}.{kind}.jinja", f"blocks/{name}.{kind}.jinja"):
            try:
                self.environment.get_template(file)
            except TemplateNotFound:
                continue
            except TemplateSyntaxError as error:
                raise ReportError(f"{error.filename}:{error.lineno}: {error.message}.") from error
            return file
        return None


@cache
def _environment(folder: Path) -> Environment:
    """Templates of a folder, else packaged ones; kept, since reading them takes longer than filling them."""
    environment = Environment(
        loader=FileSystemLoader((folder, data_folder("reports"))),
        autoescape=select_autoescape(["html.jinja"]),
        finalize=formatting.visible,  # every text that is put out passes it: none can be forgotten
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        bytecode_cache=_compiled(),
    )
    environment.filters["inline"] = formatting.markdown_inline
    environment.filters["code"] = formatting.markdown_code
    environment.filters["fenced"] = formatting.markdown_fenced
    return environment


class _Compiled(FileSystemBytecodeCache):
    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):  # a folder that cannot be written only costs time next time
            super().dump_bytecode(bucket)


def _compiled() -> _Compiled | None:
    """Compiled templates in the cache folder, by the text of the template; None where there can be no folder."""
    folder = cache_folder("templates")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return _Compiled(str(folder))


def _place(error: Exception, packaged: str) -> str | None:
    """The innermost line of a user's own template on the way to an error."""
    place, trace = None, error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.endswith(".jinja") and not file.startswith(packaged):
            place = f"{file}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
