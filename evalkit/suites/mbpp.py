"""MBPP as published (one task per line, or sanitized-mbpp.json), and EvalPlus's MBPP+ "in the original format".

{"task_id", "text" or "prompt", "code", "test_list", "test_setup_code" or "test_imports"}: each assert of `test_list` is
a test. The first is shown in the prompt, as it gives the function's name; the others are hidden. EvalPlus adds
"test": code that defines inputs and results, and asserts them one after another; it is one more test.
"""

import ast

from evalkit.suites.humaneval import free_names
from evalkit.suites.lines import Line
from evalkit.types import Requirement, Task, Test

_SHOWN = Requirement("shown", "Passes the assert that the prompt shows.", "stated")
_HIDDEN = Requirement("hidden", "Passes the other asserts of MBPP.", "stated")
_PLUS = Requirement("plus", "Agrees with the reference on the inputs that EvalPlus adds.", "stated")


def mbpp_task(line: Line) -> Task:
    """The task in a line. Raises TaskError."""
    code, asserts = line.source("code"), _asserts(line)
    name = _entry_point(line, code, asserts[0])
    prompt = line.source("text", f'"""\n{_text(line)}\n{_escaped(asserts[0])}\n"""\n')
    shown = Test("test_1", _SHOWN.id, example=True)
    hidden = [Test(f"test_{number}", _HIDDEN.id, example=False) for number in range(2, len(asserts) + 1)]
    plus = [Test("test_plus", _PLUS.id, example=False)] if "test" in line.fields else []
    requirements = (_SHOWN, *([_HIDDEN] if hidden else []), *([_PLUS] if plus else []))
    number = line.field("task_id")
    task_id = number if isinstance(number, str) and "/" in number else f"Mbpp/{number}"
    source = _tests_source(line, name, code, asserts)
    return Task(task_id, name, prompt, source, requirements, (shown, *hidden, *plus), code, (), name)


def _asserts(line: Line) -> list[str]:
    value = line.field("test_list")
    if not isinstance(value, list) or not value or not all(isinstance(each, str) for each in value):
        raise line.error("'test_list' must be a list of at least one assert")
    for each in value:
        line.source("test_list", each)
    return value


def _entry_point(line: Line, code: str, shown: str) -> str:
    """The function of the code that the first assert calls."""
    defined = [getattr(node, "name", "") for node in ast.parse(code).body]
    calls = [node.func for node in ast.walk(ast.parse(shown)) if isinstance(node, ast.Call)]
    for function in calls:
        if isinstance(function, ast.Name) and function.id in defined:
            return function.id
    raise line.error("the first of 'test_list' calls no function of 'code'")


def _text(line: Line) -> str:
    return _escaped(line.text("text" if "text" in line.fields else "prompt").strip())


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')


def _tests_source(line: Line, name: str, code: str, asserts: list[str]) -> str:
    """Setup, then each assert in a function; what else they use of the reference's definitions comes from the solution.

    EvalPlus's code is kept as text, since its lines could not be indented without changing the texts in them.
    """
    setup = line.source("setup", _setup(line))
    defined = {getattr(node, "name", "") for node in ast.parse(code).body}
    used = free_names("\n".join((setup, *asserts))) & defined
    parts = [f"from solution import {', '.join([name, *sorted(used - {name})])}", setup]
    parts += [f"\n\ndef test_{number}():\n    {each.strip()}\n" for number, each in enumerate(asserts, 1)]
    if "test" in line.fields:
        known = f"{{'candidate': {name}, {name!r}: {name}}}"
        parts.append(f"\n\n_PLUS = {line.source('test')!r}\n\n\ndef test_plus():\n    exec(_PLUS, {known})\n")
    return "\n".join(part for part in parts if part)


def _setup(line: Line) -> str:
    imports = line.fields.get("test_imports") or []
    if not isinstance(imports, list) or not all(isinstance(each, str) for each in imports):
        raise line.error("'test_imports' must be a list of import statements")
    return "\n".join([*imports, str(line.fields.get("test_setup_code") or "")]).strip()
