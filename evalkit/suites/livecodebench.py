"""LiveCodeBench's code generation file: programs that read standard input, and methods of a class Solution.

{"question_title", "question_content", "platform", "question_id", "starter_code", "difficulty", "public_test_cases",
"private_test_cases", "metadata"}: the last three are JSON in text. Private cases may be packed too: base64 of zlib of a
pickled text, which is read here without running anything. A case is {"input", "output", "testtype": "stdin" or
"functional"}; a functional input has one argument in JSON per line. There are no references.
"""

import base64
import binascii
import io
import json
import pickle
import zlib
from collections.abc import Iterator
from typing import Any

from evalkit.suites.cases import Case, case_task, declared_prompt, output_case, result_case, statement_prompt
from evalkit.suites.lines import Line
from evalkit.types import Task

_RULE = "livecodebench"
_MOST_UNPACKED = 512 * 2**20  # bytes of one task's private cases


def livecodebench_task(line: Line) -> Task:
    """The task in a line. Raises TaskError."""
    starter, statement = line.text("starter_code"), line.text("question_content")
    method = _metadata(line).get("func_name")
    if starter.strip() and not isinstance(method, str):
        raise line.error("'metadata' must have 'func_name', the method that 'starter_code' opens")
    call = f"Solution().{method}" if starter.strip() else ""
    cases = [*_cases(line, "public_test_cases", call, True), *_cases(line, "private_test_cases", call, False)]
    if not cases:
        raise line.error("has no test cases")
    prompt = declared_prompt(statement, starter) if call else statement_prompt(statement)
    if call and "class Solution" not in starter:
        raise line.error("'starter_code' must open a class Solution")
    tags = tuple(str(line.fields[key]) for key in ("platform", "difficulty") if line.fields.get(key))
    title = str(line.fields.get("question_title", ""))
    entry_point = "Solution" if call else ""
    return case_task(line.text("question_id"), line.source("starter_code", prompt), entry_point, cases, "", title, tags)


def _metadata(line: Line) -> dict[str, Any]:
    value = line.fields.get("metadata") or "{}"
    found = line.json("metadata") if isinstance(value, str) and value != "{}" else value
    return found if isinstance(found, dict) else {}


def _cases(line: Line, key: str, call: str, public: bool) -> Iterator[Case]:
    found = _unpacked(line, key)
    if not isinstance(found, list):
        raise line.error(f"{key!r} must hold a list of test cases")
    for number, case in enumerate(found, 1):
        match case:
            case {"input": str(given), "output": str(wanted), "testtype": "functional"} if call:
                try:
                    arguments = [json.loads(each) for each in given.split("\n")]
                    yield result_case(call, arguments, json.loads(wanted), _RULE, public)
                except ValueError as error:
                    raise line.error(f"case {number} of {key!r} is not JSON: {error}") from error
            case {"input": str(given), "output": str(wanted), "testtype": "stdin"} if not call:
                yield output_case(given, wanted, _RULE, public)
            case _:
                kind = "functional" if call else "stdin"
                raise line.error(f"case {number} of {key!r} must have 'input', 'output' and the 'testtype' {kind!r}")


def _unpacked(line: Line, key: str) -> object:
    """The list itself, JSON text of it, or that packed."""
    value = line.field(key)
    if not isinstance(value, str):
        return value
    if value.lstrip()[:1] in ("[", "{", ""):
        return line.json(key) if value.strip() else []
    try:
        unzip = zlib.decompressobj()
        data = unzip.decompress(base64.b64decode(value, validate=True), _MOST_UNPACKED)
        if unzip.unconsumed_tail:
            raise line.error(f"{key!r} unpacks to more than {_MOST_UNPACKED} bytes")
        text = _TextUnpickler(io.BytesIO(data)).load()
        return json.loads(text)
    except (binascii.Error, zlib.error, pickle.UnpicklingError, ValueError, TypeError, EOFError, IndexError) as error:
        raise line.error(f"{key!r} is neither JSON nor packed as LiveCodeBench packs it: {error}") from error


class _TextUnpickler(pickle.Unpickler):
    """Reads built-in values only. What names a function or class, which reading could run, is refused."""

    def find_class(self, module: str, name: str) -> object:
        raise pickle.UnpicklingError(f"it names {module}.{name}, where only text is expected")
