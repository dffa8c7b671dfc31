"""The types that MBPP+'s arguments have. Its file is JSON, which turns tuples and sets into lists.

Which arguments are tuples, sets or complex numbers is known by the task's number only: EvalPlus 0.3.1,
evalplus/data/mbpp.py, mbpp_deserialize_inputs.
"""

from collections.abc import Callable, Sequence
from typing import Any

Arguments = Sequence[Any]


def typed_arguments(task_id: str, arguments: Arguments) -> Arguments:
    """An argument list as the task's functions take it; a task that is not known takes it as JSON has it.

    Raises TypeError, ValueError, AttributeError or IndexError for arguments of another form than the task's.

    >>> typed_arguments("Mbpp/106", [[5, 6], [9, 10]])
    [[5, 6], (9, 10)]
    """
    _, _, number = task_id.rpartition("/")
    convert = _BY_NUMBER.get(int(number)) if number.isdecimal() else None
    return convert(arguments) if convert else arguments


def _deep(value: Any) -> Any:
    return tuple(map(_deep, value)) if isinstance(value, list) else value


def _tuples(arguments: Arguments) -> Arguments:
    return [tuple(each) for each in arguments]


def _lists_of_tuples(arguments: Arguments) -> Arguments:
    return [[tuple(item) for item in each] for each in arguments]


def _tuples_of_tuples(arguments: Arguments) -> Arguments:
    return [tuple(tuple(item) for item in each) for each in arguments]


def _first_is_tuple(arguments: Arguments) -> Arguments:
    return [tuple(arguments[0]), *arguments[1:]]


def _second_is_tuple(arguments: Arguments) -> Arguments:
    return [arguments[0], tuple(arguments[1])]


def _first_is_list_of_tuples(arguments: Arguments) -> Arguments:
    return [[tuple(item) for item in arguments[0]], *arguments[1:]]


def _tuple_that_may_nest(arguments: Arguments) -> Arguments:
    return [tuple(tuple(item) if isinstance(item, list) else item for item in arguments[0])]


def _list_of_sets(arguments: Arguments) -> Arguments:
    """Items that are empty were empty dictionaries."""
    return [[set(item) if isinstance(item, list) and item else {} for item in arguments[0]]]


def _values_are_tuples(arguments: Arguments) -> Arguments:
    return [{key: tuple(value) for key, value in arguments[0].items()}, *arguments[1:]]


_FORMS: tuple[tuple[Callable[[Arguments], Arguments], tuple[int, ...]], ...] = (
    (_tuples, (2, 116, 132, 143, 222, 261, 273, 394, 399, 421, 424, 429, 470, 560, 579, 596, 616, 630, 726, 740, 744,
               809)),
    (_lists_of_tuples, (63, 64, 70, 94, 120, 237, 272, 299, 400, 409, 417, 438, 473, 614, 780)),
    (_tuples_of_tuples, (259, 401, 445)),
    (_first_is_tuple, (250, 307, 405, 446, 617, 720, 763, 808)),
    (_second_is_tuple, (106, 750)),
    (_first_is_list_of_tuples, (75, 413, 444, 753)),
    (_tuple_that_may_nest, (278,)),
    (_list_of_sets, (115,)),
    (_values_are_tuples, (722,)),
    (lambda arguments: [float(arguments[0]), complex(arguments[1])], (124,)),
    (lambda arguments: [complex(arguments[0])], (252,)),
    (_deep, (580, 615, 791)),
)  # fmt: skip
_BY_NUMBER = {number: form for form, numbers in _FORMS for number in numbers}
