"""A task's solutions as continuations of its prompt, and the guards in them."""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_FIRST_WORD = re.compile(r"^[ \t]*(?:async[ \t]+)?(if|raise|try|with)\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Guard:
    """A statement that guards against something: its first line, and where its keyword begins in a text."""

    keyword: str
    start: int
    line: str


def continuations(prompt: str, programs: Sequence[str]) -> list[str]:
    """Each whole program as what goes on from the prompt's source, all in the same manner.

    Where every program begins with the prompt: what follows it. Else the body of the definition that the prompt leaves
    open, then the rest of the program with what stood before that definition at the end, since nothing may stand
    before it any more. Where a program lacks the definition: a blank line and the whole program.
    """
    begun = prompt.rstrip()
    if all(program.startswith(begun) for program in programs):
        return [program[len(begun) :].lstrip(" ").removeprefix("\n") for program in programs]
    last = ast.parse(prompt).body[-1]
    bodies = [_body_first(program, getattr(last, "name", "")) for program in programs]
    known = [body for body in bodies if body is not None]
    return known if len(known) == len(programs) else [f"\n{program}" for program in programs]


def _body_first(program: str, name: str) -> str | None:
    lines = program.splitlines(keepends=True)
    for node in ast.parse(program).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name == name:
            body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
            if not body or node.end_lineno is None:
                return None
            decorated = [each.lineno for each in getattr(body[0], "decorator_list", [])]
            first = min([body[0].lineno, *decorated]) - 1
            head = min([node.lineno, *(each.lineno for each in node.decorator_list)]) - 1
            rest = "".join(lines[node.end_lineno :]) + "".join(lines[:head])
            return "".join(lines[first : node.end_lineno]) + (f"\n\n{rest.strip()}\n" if rest.strip() else "")
    return None


def guards(program: str, text: str) -> Iterator[Guard]:
    """The guards of a program, where their keywords stand in a text that is made of the program's lines."""
    guarding = set(_guarding(program))
    for found in _FIRST_WORD.finditer(text):
        line = text[found.start() :].split("\n", 1)[0].strip()
        if line in guarding:
            yield Guard(found[1], found.start(1), line)


def lacks(program: str, guard: Guard, reference: str) -> bool:
    """Whether a program does without a guard of the reference: it has not that line, and fewer such statements."""
    mine, theirs = list(_guarding(program)), list(_guarding(reference))
    count = sum(_keyword(line) == guard.keyword for line in mine)
    return guard.line not in mine and count < sum(_keyword(line) == guard.keyword for line in theirs)


def _guarding(program: str) -> Iterator[str]:
    lines = program.splitlines()
    for node in ast.walk(ast.parse(program)):
        if isinstance(node, ast.If | ast.Raise | ast.Try | ast.With | ast.AsyncWith):
            line = lines[node.lineno - 1].strip()
            if _FIRST_WORD.match(line):  # no `elif`, and no statement behind another one
                yield line


def _keyword(line: str) -> str:
    found = _FIRST_WORD.match(line)
    return found[1] if found else ""
