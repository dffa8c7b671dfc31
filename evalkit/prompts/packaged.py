"""The template files of this package, each as an attribute of the file's name."""

from pathlib import Path

from evalkit.prompts.templates import Template, read_template

FOLDER = Path(__file__).parent / "templates"


def __getattr__(name: str) -> Template:
    path = FOLDER / f"{name}.jinja"
    if not path.is_file():
        raise AttributeError(f"no prompt template is called {name!r}")
    return read_template(path)
