"""From a short name, a dotted path or an entry point to an object; and where packaged data lies."""

from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from evalkit.errors import EvalkitError, UnknownName

TEMPLATE_SUFFIX = ".jinja"  # a prompt style that ends in it is the path of a template file

BUILTIN: Mapping[str, Mapping[str, str]] = {
    "sandbox": {
        "bubblewrap": "evalkit.sandboxes.bubblewrap:BubblewrapSandbox",
        "docker": "evalkit.sandboxes.docker:DockerSandbox",
        "subprocess": "evalkit.sandboxes.subprocess:SubprocessSandbox",
    },
    "logger": {"mlflow": "evalkit.history.mlflow:MlflowLogger"},
    "model": {
        "llama_cpp": "evalkit.models.llama_cpp:LlamaCppModel",
        "openai": "evalkit.models.openai:OpenAIModel",
        "replay": "evalkit.models.replay:ReplayModel",
        "scripted": "evalkit.models.scripted:ScriptedModel",
        "transformers": "evalkit.models.transformers:TransformersModel",
        "vllm": "evalkit.models.vllm:VllmModel",
    },
    "identifier style": {
        "as_written": "evalkit.identifiers:as_written",
        "snake_case": "evalkit.identifiers:snake_case",
        "camelCase": "evalkit.identifiers:camel_case",
        "PascalCase": "evalkit.identifiers:pascal_case",
        "SCREAMING_SNAKE": "evalkit.identifiers:screaming_snake",
        "abbreviated": "evalkit.identifiers:abbreviated",
        "single_letters": "evalkit.identifiers:single_letters",
        "opaque": "evalkit.identifiers:opaque",
        "misleading": "evalkit.identifiers:misleading",
        "verbose": "evalkit.identifiers:verbose",
    },
    "prompt style": {
        "plain": "evalkit.prompts.packaged:plain",
        "chat": "evalkit.prompts.packaged:chat",
        "careful": "evalkit.prompts.packaged:careful",
        "persona": "evalkit.prompts.packaged:persona",
        "plan-first": "evalkit.prompts.packaged:plan-first",
        "reason-then-answer": "evalkit.prompts.packaged:reason-then-answer",
        "requirements-listed": "evalkit.prompts.packaged:requirements-listed",
        "tests-shown": "evalkit.prompts.packaged:tests-shown",
        "few-shot": "evalkit.prompts.packaged:few-shot",
        "terse": "evalkit.prompts.packaged:terse",
        "evalplus-base": "evalkit.prompts.packaged:evalplus-base",
        "evalplus-base-mbpp": "evalkit.prompts.packaged:evalplus-base-mbpp",
        "evalplus-chat": "evalkit.prompts.packaged:evalplus-chat",
        "qwen2.5-coder-report": "evalkit.prompts.packaged:qwen2.5-coder-report",
    },
}
ENTRY_POINT_GROUPS = {
    "sandbox": "evalkit.sandboxes",
    "logger": "evalkit.loggers",
    "model": "evalkit.models",
    "identifier style": "evalkit.identifiers",
    "prompt style": "evalkit.prompts",
}


def names(kind: str) -> tuple[str, ...]:
    """Short names of a kind, built-in and installed, sorted."""
    installed = entry_points(group=ENTRY_POINT_GROUPS[kind])
    return tuple(sorted({*BUILTIN[kind], *(point.name for point in installed)}))


def resolve(kind: str, name: str) -> Any:
    """The object behind a short name or 'package.module:Attr'.

    Raises UnknownName: "Unknown sandbox 'dokcer'. Available: ... Or give 'package.module:Attr'."
    """
    if name in BUILTIN[kind]:
        return _attribute(kind, BUILTIN[kind][name])
    for point in entry_points(group=ENTRY_POINT_GROUPS[kind], name=name):
        return _attribute(kind, point.value)
    if ":" in name:
        return _attribute(kind, name)
    available = ", ".join(names(kind))
    raise UnknownName(f"Unknown {kind} {name!r}. Available: {available}. Or give 'package.module:Attr'.")


def _attribute(kind: str, path: str) -> Any:
    module, _, attribute = path.partition(":")
    try:
        return getattr(import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise UnknownName(f"Cannot load {kind} {path!r}: {error}.") from error


def data_folder(name: str) -> Path:
    """Where the packaged data lies: `tasks`, `sandbox` or `reports`.

    A wheel carries them in `evalkit/_data`; a checkout has them beside the package.
    """
    package = Path(__file__).parent
    packaged = package / "_data" / name
    folder = packaged if packaged.is_dir() else package.parent / name
    if not folder.is_dir():
        raise EvalkitError(f"The data folder {name!r} is missing beside {package}; reinstall evalkit.")
    return folder
