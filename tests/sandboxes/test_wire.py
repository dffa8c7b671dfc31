"""Values as bytes: what goes in comes out, with exact types; what is no value is refused, whatever it is."""

import enum
import math
import struct
import tracemalloc
from collections import Counter, OrderedDict, defaultdict, namedtuple
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from pathlib import PosixPath, PurePosixPath, PureWindowsPath
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from decoder import Decoder
from hypothesis import given, settings
from hypothesis import strategies as st
from wire import MAX_DEPTH, MAX_NODES, Encoder, WireError


def encode(value):
    return Encoder(lambda thing: ("thing", type(thing).__name__)).encode(value)


def decode(data):
    return Decoder(data, lambda plain: plain).decode()


def cross(value):
    return decode(encode(value))


def same(a, b):
    """Equal in value and exact type all the way down; NaN is NaN, and -0.0 is not 0.0."""
    if type(a) is not type(b):
        return False
    if isinstance(a, float):
        return struct.pack("d", a) == struct.pack("d", b) or (math.isnan(a) and math.isnan(b))
    if isinstance(a, complex):
        return same(a.real, b.real) and same(a.imag, b.imag)
    if isinstance(a, Decimal):
        return str(a) == str(b)
    if isinstance(a, (datetime, time)):
        return a == b and a.fold == b.fold and str(a.tzinfo) == str(b.tzinfo) and type(a.tzinfo) is type(b.tzinfo)
    if isinstance(a, dict):
        return len(a) == len(b) and all(
            same(k, m) and same(v, w) for (k, v), (m, w) in zip(a.items(), b.items(), strict=True)
        )
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, (set, frozenset)):
        return sorted(map(ordered, a)) == sorted(map(ordered, b))
    return a == b


def ordered(member):
    return type(member).__name__, repr(member)


SURROGATES = st.text(st.characters(codec=None, min_codepoint=0xD800, max_codepoint=0xDFFF, categories=["Cs"]))
OFFSETS = st.timedeltas(timedelta(hours=-23), timedelta(hours=23)).map(timezone)
ZONES = st.none() | OFFSETS | st.sampled_from([UTC, ZoneInfo("Europe/Berlin"), timezone(timedelta(hours=2), "here")])
HASHABLE = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.complex_numbers() | st.text() | SURROGATES
    | st.binary() | st.dates() | st.times(timezones=ZONES) | st.datetimes(timezones=ZONES) | st.timedeltas()
    | st.decimals(allow_nan=False) | st.fractions() | st.uuids() | ZONES.filter(bool)
    | st.sampled_from([..., NotImplemented])
    | st.builds(range, st.integers(), st.integers(), st.integers(1))
    | st.integers(-(2**300), 2**300)
    | st.text(st.characters(codec="utf-8", exclude_characters="\0")).flatmap(
        lambda text: st.sampled_from([PurePosixPath(text), PosixPath(text), PureWindowsPath(text)])
    )
)  # fmt: skip
BLOCKS = st.lists(st.integers(-(2**63), 2**63), min_size=4) | st.lists(st.floats(), min_size=4)
PLAIN = st.recursive(
    HASHABLE | st.binary().map(bytearray) | BLOCKS | BLOCKS.map(tuple) | st.sets(HASHABLE) | st.frozensets(HASHABLE),
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(HASHABLE, inner),
    max_leaves=12,
)


@given(PLAIN)
@settings(deadline=None)
def test_every_plain_value_comes_out_as_it_went_in(value):
    assert same(cross(value), value)


@pytest.mark.parametrize(
    "value",
    [-0.0, math.inf, -math.inf, math.nan, 5e-324, complex(-0.0, math.nan), 2**63, -(2**63), -(2**63) - 1, 2**64, -1,
     10**5000, -(10**5000), 255, -128, "\ud800", "\0", "é\U0001f600", b"", bytearray(b"x"), [], (), set(), frozenset(),
     {}, [1] * 4, [True] * 4, [1, True, 1, 1], [1.0, 1, 1.0, 1.0], [2**63] * 4, (0.5,) * 5, [math.nan] * 4,
     UTC, timezone(timedelta(0), "Z"), datetime(2024, 10, 27, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"), fold=1),
     Decimal("sNaN"), Decimal("-0.00"), Decimal("1E+999999"), Fraction(-1, 3), UUID(int=2**128 - 1), date.max,
     timedelta.min, time.max, range(5, -2**70, -3), slice(1, None, "x"), PurePosixPath("a/../b"), PosixPath("/"),
     PureWindowsPath("C:\\x"), {1: {2: [3]}}, {(1, ("a",)): {frozenset({1})}}],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_edge_values_come_out_as_they_went_in(value):
    assert same(cross(value), value)


def test_shared_references_stay_shared():
    shared = [1]
    first, second, pair, again = cross([shared, shared, (shared,), {"k": shared}])
    assert first is second and pair[0] is first and again["k"] is first
    apart, other = cross([[1], [1]])
    assert apart is not other


def test_cycles_through_lists_and_dicts_stay_cycles():
    ring = [1]
    ring.append({"ring": ring, "own": ring})
    copy = cross(ring)
    assert copy[1]["ring"] is copy and copy[1]["own"] is copy and copy[0] == 1
    table = {}
    table["self"] = (table, [table])
    copy = cross(table)
    assert copy["self"][0] is copy and copy["self"][1][0] is copy


def test_a_cycle_through_a_tuple_is_refused_and_not_followed_for_ever():
    inner = []
    pair = (inner,)
    inner.append(pair)
    with pytest.raises(WireError):
        cross(pair)


class Liar:
    """Operators that answer what suits them."""

    def _lie(self, *operands):
        return Liar()

    def __eq__(self, other):
        return True

    def __hash__(self):
        return 0

    def __reduce__(self):
        raise RuntimeError("asked to run code")

    __ne__ = __lt__ = __bool__ = __int__ = __float__ = __str__ = __repr__ = __iter__ = __len__ = __getitem__ = _lie
    __pos__ = __abs__ = __index__ = __complex__ = __bytes__ = __copy__ = __contains__ = items = keys = values = _lie


def lying(base, *operands):
    return type(f"Lying{base.__name__}", (Liar, base), {})(*operands)


@pytest.mark.parametrize(
    "value, exact",
    [(lying(int, 7), 7), (lying(int, 2**70), 2**70), (lying(float, -0.0), -0.0), (lying(complex, 1 - 2j), 1 - 2j),
     (lying(str, "ab"), "ab"), (lying(bytes, b"ab"), b"ab"), (lying(bytearray, b"ab"), bytearray(b"ab")),
     (lying(tuple, (1, 2)), (1, 2)), (lying(list, [1, 2]), [1, 2]), (lying(dict, {1: 2}), {1: 2}),
     (lying(set, {1}), {1}), (lying(frozenset, {1}), frozenset({1})), (lying(Fraction, 1, 3), Fraction(1, 3)),
     (lying(Decimal, "1.5").__class__.__mro__[2]("1.5"), Decimal("1.5"))],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_subclasses_lose_their_class_whatever_they_override(value, exact):
    assert same(cross(value), exact)
    assert same(cross([value])[0], exact)


def test_subclasses_of_the_library_lose_their_class():
    class Moment(datetime):
        pass

    class Colour(enum.IntEnum):
        RED = 3

    point = namedtuple("point", "x y")(1, 2)
    chains = defaultdict(list, {"a": [1]})
    values = [Moment(2024, 1, 2, 3), Colour.RED, point, Counter("aab"), OrderedDict(b=1, a=2), chains]
    exact = [datetime(2024, 1, 2, 3), 3, (1, 2), {"a": 2, "b": 1}, {"b": 1, "a": 2}, {"a": [1]}]
    assert same(cross(values), exact)


def test_cycles_and_sharing_survive_the_loss_of_the_class():
    class Node(dict):
        pass

    node = Node()
    node["me"] = node
    first, second = cross([node, node])
    assert type(first) is dict and first is second and first["me"] is first


def test_the_class_a_value_claims_to_have_is_not_believed():
    class Claims:
        __class__ = int

    assert cross(Claims()) == ("thing", "Claims")


def test_anything_else_is_left_to_export_and_revive():
    seen = []
    data = Encoder(lambda thing: ("number", 7)).encode([object(), {1: object()}])
    revived = Decoder(data, lambda plain: seen.append(plain) or "revived").decode()
    assert revived == ["revived", {1: "revived"}] and seen == [("number", 7)] * 2


def test_a_zone_of_the_senders_own_cannot_cross():
    from datetime import tzinfo

    with pytest.raises(WireError, match="time zone"):
        encode(datetime(2024, 1, 1, tzinfo=tzinfo()))


def nested(depth):
    value = 0
    for _ in range(depth):
        value = [value]
    return value


def test_depth_is_limited_on_both_sides():
    assert cross(nested(MAX_DEPTH)) == nested(MAX_DEPTH)
    with pytest.raises(WireError, match="too deep"):
        encode(nested(MAX_DEPTH + 1))
    for opening in (b"l\1\0\0\0", b"t\1\0\0\0", b"d\1\0\0\0", b"S\1\0\0\0", b"X", b"H"):
        with pytest.raises(WireError, match="too deep"):
            decode(opening * 100_000 + b"N")


def test_the_number_of_nodes_is_limited_on_both_sides():
    with pytest.raises(WireError, match="too large"):
        encode([None] * (MAX_NODES + 1))
    with pytest.raises(WireError, match="too large"):
        encode([0] * (MAX_NODES + 1))
    with pytest.raises(WireError, match="too large"):
        decode(b"l" + struct.pack("<I", MAX_NODES + 1) + b"N" * (MAX_NODES + 1))
    with pytest.raises(WireError, match="too large"):
        decode(b"vlq" + struct.pack("<I", MAX_NODES + 1) + bytes(8 * (MAX_NODES + 1)))


@pytest.mark.parametrize("tag", [b"l", b"t", b"d", b"S", b"Z", b"s", b"b", b"B", b"I", b"vlq", b"vtd"])
def test_nothing_is_allocated_on_a_claimed_length(tag):
    tracemalloc.start()
    try:
        with pytest.raises(WireError):
            decode(tag + b"\xff\xff\xff\xff" + b"N" * 100)
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_random_bytes_raise_nothing_but_wire_errors(data):
    expect_value_or_wire_error(data)


@given(st.lists(st.sampled_from([bytes([tag]) for tag in b"NTFEMifcIsbldSBtZvRXH"]) | st.binary(max_size=9)))
@settings(deadline=None)
def test_bytes_that_look_like_values_raise_nothing_but_wire_errors(pieces):
    expect_value_or_wire_error(b"".join(pieces))


@given(PLAIN, st.data())
@settings(deadline=None)
def test_mutated_values_raise_nothing_but_wire_errors(value, data):
    body = bytearray(encode(value))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(body) - 1)) if body else 0
        change = data.draw(st.sampled_from(["set", "cut", "insert", "copy"]))
        if change == "set" and body:
            body[at] = data.draw(st.integers(0, 255))
        elif change == "cut":
            del body[at : at + data.draw(st.integers(1, 8))]
        elif change == "insert":
            body[at:at] = data.draw(st.binary(max_size=8))
        else:
            body[at:at] = body[: data.draw(st.integers(0, 40))]
    expect_value_or_wire_error(bytes(body))


def expect_value_or_wire_error(data):
    try:
        decode(data)
    except WireError:
        return


@given(st.text(max_size=30), st.lists(PLAIN, max_size=10))
@settings(deadline=None)
def test_extended_values_take_only_the_operands_they_are_made_of(name, operands):
    expect_value_or_wire_error(encode_extended(name, operands))


def encode_extended(name, operands):
    return b"X" + encode((name, tuple(operands)))


@pytest.mark.parametrize(
    "name, operands",
    [("Fraction", ["1e99999999"]), ("Fraction", [Decimal("1e99999999")]), ("Decimal", [(0, (1,), 5)]),
     ("ZoneInfo", [("name", "No/Such")]), ("ZoneInfo", [("name", "../../etc/passwd")]),
     ("ZoneInfo", [("name", "Europe")]),
     ("timezone", [("offset", 1e300, "x")]), ("timezone", [("offset", math.nan, "x")]), ("date", [0, 1, 1]),
     ("date", [b"1234"]), ("datetime", [b"1234567890"]), ("range", [1, 2, 0]), ("range", [1.5, 2, 1]), ("UUID", [-1]),
     ("PosixPath", ["a", "b"]), ("time", [25, 0, 0, 0, None, 0]), ("eval", ["1+1"]), ("timedelta", [10**20, 0, 0])],
)  # fmt: skip
def test_operands_that_would_not_do_are_refused(name, operands):
    with pytest.raises(WireError):
        decode(encode_extended(name, operands))


def test_bytes_after_the_value_are_refused():
    with pytest.raises(WireError, match="after"):
        decode(encode(1) + b"N")


def test_a_reference_must_point_back():
    for number in (0, 1, 2**32 - 1):
        with pytest.raises(WireError, match="not there"):
            decode(b"R" + struct.pack("<I", number))


def test_operands_of_an_extended_value_have_no_code_of_their_own():
    class Index:
        def __index__(self):
            raise RuntimeError("asked while reading")

    data = b"X" + Encoder(lambda thing: "handle").encode(("range", (0, Index(), 1)))
    with pytest.raises(WireError):
        Decoder(data, lambda plain: Index()).decode()
