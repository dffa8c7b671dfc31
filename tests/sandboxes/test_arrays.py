"""numpy arrays and scalars cross by value, with their type and shape."""

import numpy
import pytest
from decoder import Decoder
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from wire import Encoder, WireError

from evalkit.types import Status

DTYPES = st.one_of(
    arrays.boolean_dtypes(),
    arrays.integer_dtypes(),
    arrays.unsigned_integer_dtypes(),
    arrays.floating_dtypes(sizes=(16, 32, 64)),
    arrays.complex_number_dtypes(sizes=(64, 128)),
    arrays.unicode_string_dtypes(max_len=5),
    arrays.datetime64_dtypes(max_period="D", min_period="ns"),
)


def encode(value):
    return Encoder(lambda foreign: ("foreign", type(foreign).__name__)).encode(value)


def decode(data):
    return Decoder(data, lambda plain: plain).decode()


@given(arrays.arrays(DTYPES, arrays.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)))
def test_arrays_round_trip(array):
    again = decode(encode(array))
    assert type(again) is numpy.ndarray
    assert (again.dtype, again.shape, again.tobytes()) == (array.dtype, array.shape, array.tobytes())
    assert again.flags.writeable


@pytest.mark.parametrize(
    "scalar", [numpy.int8(-3), numpy.float32(0.1), numpy.bool_(True), numpy.str_("é"), numpy.float64(2)]
)
def test_scalars_keep_their_type(scalar):
    again = decode(encode(scalar))
    assert type(again) is type(scalar) and again == scalar


def test_arrays_of_objects_and_subclasses_are_no_plain_data():
    class Agreeing(numpy.ndarray):
        def __eq__(self, other):
            return numpy.True_

    for value in (numpy.array([object()]), numpy.zeros(2).view(Agreeing)):
        assert decode(encode(value)) == ("foreign", type(value).__name__)


@pytest.mark.parametrize(
    ("dtype", "shape", "items"),
    [
        ("|O", (1,), b"12345678"),
        ("<f8", (2,), b"12345678"),
        ("<f8", (-1,), b""),
        ("<f8", ("1",), b"12345678"),
        ("|V8", (1,), b"12345678"),
    ],
)
def test_made_up_arrays_are_refused(dtype, shape, items):
    extended = b"X" + encode(("array", (dtype, shape, True, items)))
    with pytest.raises(WireError):
        decode(extended)


def test_a_task_may_ask_for_arrays(judge):
    solution = "import numpy\n\ndef f(values):\n    return numpy.cumsum(values)\n"
    tests = (
        "import numpy\nfrom solution import f\n\ndef test_sum():\n"
        "    assert numpy.array_equal(f(numpy.arange(4)), [0, 1, 3, 6])\n"
    )
    outcome = judge(solution, tests)["test_sum"]
    assert outcome.status is Status.PASSED, outcome


def test_arrays_that_the_solution_changes_are_changed_in_the_test(judge):
    solution = """
import numpy
def f(row, rows, kept):
    row *= 2
    rows[0][1] = 9
    return kept.sum()
"""
    tests = """
import numpy
from solution import f
def test_in_place():
    row, rows, kept = numpy.arange(3), [numpy.zeros(2)], numpy.ones(2)
    inside = rows[0]
    view = row[1:]
    assert f(row, rows, kept) == 2
    assert row.tolist() == [0, 2, 4] and view.tolist() == [2, 4]
    assert rows[0] is inside and inside.tolist() == [0, 9]
"""
    outcome = judge(solution, tests)["test_in_place"]
    assert outcome.status == Status.PASSED, outcome
