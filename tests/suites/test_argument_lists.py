"""Argument lists as lines of JSON: what the reader writes is what the candidate gets."""

import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evalkit.registry import data_folder
from evalkit.suites.argument_lists import _END, as_line, json_lines
from evalkit.suites.mbpp_inputs import typed_arguments

sys.path.append(str(data_folder("sandbox") / "runner"))  # the runner is no package; last, so that it hides nothing

from argument_lists import parse  # found in the runner's folder

_hashable = st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False)
_leaves = _hashable | st.complex_numbers(allow_nan=False)
_ends = st.sampled_from([_END, f',"{_END}"', f'"{_END}",'])
_marks = st.sampled_from(["__tuple__", "__set__", "__complex__", "__dict__", "a"])
values = st.recursive(
    _leaves,
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.sets(_hashable)
        | st.dictionaries(_hashable | st.tuples(_hashable), inner)
        | st.dictionaries(_marks, inner, max_size=2)
    ),
    max_leaves=6,
)
plain_values = st.recursive(
    _hashable | _ends,
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | _marks, inner, max_size=2),
    max_leaves=6,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(values))
def test_every_value_comes_back_with_its_types(arguments: list[object]) -> None:
    back = parse(as_line(arguments))
    assert back == arguments
    assert repr(back) == repr(arguments) or "{" in repr(arguments)  # sets have an order of their own


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(plain_values)))
def test_what_json_had_comes_back_from_the_short_way_too(inputs: list[list[object]]) -> None:
    assert [parse(line) for line in json_lines(inputs)] == inputs


def test_a_line_holds_no_line_break() -> None:
    assert "\n" not in as_line(["a\nb", ("\u2028",)])


@pytest.mark.parametrize(
    ("number", "given_as", "arguments"),
    [
        (2, [[1], [2]], [(1,), (2,)]),
        (63, [[[1, 2]]], [[(1, 2)]]),
        (75, [[[1, 2]], 3], [[(1, 2)], 3]),
        (106, [[1], [2]], [[1], (2,)]),
        (115, [[[1], [], {}]], [[{1}, {}, {}]]),
        (124, ["1", "2j"], [1.0, 2j]),
        (250, [[1], 2], [(1,), 2]),
        (252, ["1+2j"], [1 + 2j]),
        (259, [[[1], [2]]], [((1,), (2,))]),
        (278, [[1, [2, [3]]]], [(1, (2, [3]))]),
        (307, [[1], 2, 3], [(1,), 2, 3]),
        (580, [[1, [2, [3]]]], [(1, (2, (3,)))]),
        (722, [{"a": [1, 2]}, 3], [{"a": (1, 2)}, 3]),
        (3, [[1], [2]], [[1], [2]]),
    ],
)
def test_arguments_of_mbpp_get_the_types_that_json_took(
    number: int, given_as: list[object], arguments: list[object]
) -> None:
    found = list(typed_arguments(f"Mbpp/{number}", given_as))
    assert found == arguments
    assert repr(found) == repr(arguments)
