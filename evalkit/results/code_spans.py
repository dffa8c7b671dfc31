"""Where in a completion its code is: without reasoning, what is said around it, and comments before it."""

import re

_LEADING = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*")


def code_span(completion: str, extracted: str | None, reasoning_end: int | None = None) -> tuple[int, int]:
    r"""The characters (end excluded) of the code that was extracted; (0, 0) where nothing was.

    Blank lines and comments in front of the first statement are left out: they are prose. Where extraction changed
    the text (indentation, lines cut from its middle), the span goes from its first line to its last one.

    >>> code_span("Here:\n```\n# adds\nx = 1\n```", "# adds\nx = 1\n")
    (17, 22)
    """
    body = (extracted or "").strip("\n")
    if not body.strip():
        return 0, 0
    begin = reasoning_end or 0
    start = completion.find(body, begin)
    start, end = (start, start + len(body)) if start >= 0 else _by_lines(completion, body, begin)
    code = _LEADING.match(completion, start, end)
    return (code.end() if code and code.end() < end else start), end


def _by_lines(completion: str, body: str, begin: int) -> tuple[int, int]:
    lines = [line.strip() for line in body.split("\n") if line.strip()]
    first, last = completion.find(lines[0], begin), completion.rfind(lines[-1], begin)
    if first < 0 or last < first:
        return begin, len(completion)
    return first, last + len(lines[-1])
