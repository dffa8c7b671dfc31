"""Input and output of programs, and results of functions, by the rules of the graders they come with. In the judge.

- livecodebench: LiveCodeBench's lcb_runner/evaluation/testing_util.py. Blank space around the whole and around each
  line does not count; then lines are the same, or the same row of decimal numbers (exactly: 1.0 is 1).
- apps: APPS's eval/testing_util.py, the last of whose attempts includes the others. Lines that are not empty hold the
  same words as sets, in any order of lines; or the same numbers rounded to three places, likewise; or one number each,
  near to the expected one (1e-5 of it plus 1e-8).
- exact: the same but for blank space at the ends of lines and at the end.

Results of functions: a tuple counts as the list it would be. apps: also the first item of what is expected, since its
files put results into a list.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from argument_lists import parse
from shared import Told

MOST_OUTPUT = 16 * 2**20  # bytes that a program may print, if it is not asked for more
_SHOWN = 80


def assert_output(run: Callable[[str, int], object], text: str, expected: str, rule: str) -> None:
    """Run the program on `text`; AssertionError when it prints something else than `expected`."""
    most = max(MOST_OUTPUT, 2 * len(expected.encode("utf-8", "surrogatepass")))
    match run(text, most):
        case (str(printed), bool(whole)):
            pass
        case _:
            raise Told("error", "gave no output of a program")
    if not whole:
        raise Told("output_limit", f"printed more than {most} bytes")
    if not OUTPUTS[rule](printed, expected):
        raise AssertionError(f"{_difference(printed, expected)} (input {_short(text)})")


def assert_result(function: Callable[..., object], arguments: str, expected: str, rule: str) -> None:
    """Call the function with a list of arguments; AssertionError when it gives something else than `expected`.

    Both are lines of JSON: see argument_lists.
    """
    output = function(*parse(arguments))
    if not RESULTS[rule](output, parse(expected)):
        raise AssertionError(
            f"gave {_short(output)}, expected {_short(parse(expected))} (arguments {_short(arguments)})"
        )


def _livecodebench(printed: str, expected: str) -> bool:
    lines, wanted = _stripped(printed), _stripped(expected)
    return len(lines) == len(wanted) and all(map(_same_line, lines, wanted))


def _stripped(text: str) -> list[str]:
    return [line.strip() for line in text.strip().split("\n")]


def _same_line(line: str, wanted: str) -> bool:
    if line == wanted:
        return True
    try:
        return [Decimal(word) for word in line.split()] == [Decimal(word) for word in wanted.split()]
    except InvalidOperation:
        return False


def _apps(printed: str, expected: str) -> bool:
    lines, wanted = _filled(printed), _filled(expected)
    if _word_sets(lines, str) == _word_sets(wanted, str):
        return True
    try:
        return _near(lines, wanted) or _word_sets(lines, _rounded) == _word_sets(wanted, _rounded)
    except (ValueError, OverflowError):  # words that are no numbers
        return False


def _filled(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _word_sets(lines: Iterable[str], form: Callable[[str], object]) -> set[frozenset[object]]:
    return {frozenset(form(word) for word in line.split()) for line in lines}


def _rounded(word: str) -> float:
    return round(float(word), 3)


def _near(lines: list[str], wanted: list[str]) -> bool:
    try:
        pairs = [(float(line), float(other)) for line, other in zip(lines, wanted, strict=False)]
    except ValueError:
        return False
    close = (one == other or abs(one - other) <= 1e-8 + 1e-5 * abs(other) for one, other in pairs)
    return len(lines) == len(wanted) and all(close)


def _exact(printed: str, expected: str) -> bool:
    return _right_stripped(printed) == _right_stripped(expected)


def _right_stripped(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip().split("\n")]


def _same_list(output: object, expected: object) -> bool:
    return bool((list(output) if isinstance(output, tuple) else output) == expected)


def _same_list_or_first(output: Any, expected: Any) -> bool:
    if _same_list(output, expected):
        return True
    if not isinstance(expected, list) or not expected:
        return False
    if isinstance(output, list | tuple) and output and isinstance(output[0], tuple):
        output = [list(item) if isinstance(item, tuple) else item for item in output]
    return _same_list(output, expected[0])


def _difference(printed: str, expected: str) -> str:
    lines, wanted = _right_stripped(printed), _right_stripped(expected)
    for number, (line, other) in enumerate(zip(lines, wanted, strict=False), 1):
        if line != other:
            return f"line {number} is {_short(line)}, expected {_short(other)}"
    return f"printed {len(lines)} lines, expected {len(wanted)}"


def _short(value: object) -> str:
    try:
        text = repr(value)
    except ValueError:  # an integer of thousands of digits has no text in Python
        text = f"a {type(value).__name__} too long to show"
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


OUTPUTS: dict[str, Callable[[str, str], bool]] = {"livecodebench": _livecodebench, "apps": _apps, "exact": _exact}
RESULTS: dict[str, Callable[[Any, Any], bool]] = {
    "livecodebench": _same_list,
    "apps": _same_list_or_first,
    "exact": lambda output, expected: bool(output == expected),
}
