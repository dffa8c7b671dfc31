"""The two libraries that exist only in the sandbox do what their pages say."""

import math
import sys
from collections.abc import Iterator
from types import ModuleType

import pytest

from evalkit.sandboxes.packages import own_libraries

NAMES = ("dayloom", "rowmill")


@pytest.fixture
def libraries(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, ModuleType]]:
    monkeypatch.syspath_prepend(str(own_libraries()["rowmill"].parent))
    yield {name: __import__(name) for name in NAMES}
    for name in [name for name in sys.modules if name.partition(".")[0] in NAMES]:
        del sys.modules[name]


@pytest.fixture
def rowmill(libraries: dict[str, ModuleType]) -> ModuleType:
    return libraries["rowmill"]


@pytest.fixture
def dayloom(libraries: dict[str, ModuleType]) -> ModuleType:
    return libraries["dayloom"]


ROWS = [{"kind": "b", "size": 2}, {"kind": "a", "size": None}, {"kind": None, "size": 5}, {"kind": "b", "size": 4}]


def test_a_sheet_has_the_columns_of_all_records(rowmill: ModuleType) -> None:
    sheet = rowmill.Sheet.of([{"a": 1}, {"b": 2}])
    assert sheet.columns == ("a", "b") and len(sheet) == 2
    assert sheet.records() == [{"a": 1, "b": None}, {"a": None, "b": 2}]


def test_a_sheet_is_sifted_derived_and_ranked(rowmill: ModuleType) -> None:
    sheet = rowmill.Sheet.of(ROWS)
    assert [row["size"] for row in sheet.ranked("size", falling=True).records()] == [5, 4, 2, None]
    assert [row["size"] for row in sheet.sift(lambda row: row["kind"] == "b").records()] == [2, 4]
    assert [row["twice"] for row in sheet.derive(twice=lambda row: (row["size"] or 0) * 2).records()] == [4, 0, 10, 8]
    assert sheet.records() == ROWS
    with pytest.raises(LookupError, match=r"no column 'colour', only kind, size"):
        sheet.ranked("colour")


def test_bunches_are_folded(rowmill: ModuleType) -> None:
    sheet = rowmill.Sheet.of(ROWS)
    measures = {
        "total": rowmill.add_up("size"),
        "rows": rowmill.tally(),
        "sizes": rowmill.tally("size"),
        "most": rowmill.highest("size"),
        "least": rowmill.lowest("size"),
    }
    folded = sheet.bunch("kind").fold(**measures).records()
    assert [tuple(row.values()) for row in folded] == [("b", 6, 2, 2, 4, 2), ("a", 0, 1, 0, None, None)]
    assert len(sheet.bunch("kind", blanks=True).fold()) == 3
    assert [(key, len(members)) for key, members in sheet.bunch("kind")] == [(("b",), 2), (("a",), 1)]


def test_a_graft_takes_every_match_or_the_first(rowmill: ModuleType) -> None:
    names = rowmill.Sheet.of([{"kind": "b", "name": "x"}, {"kind": "b", "name": "y"}])
    sheet = rowmill.Sheet.of(ROWS)
    every = sheet.graft(names, on="kind", absent="-").records()
    assert [row["name"] for row in every] == ["x", "y", "-", "-", "x", "y"]
    assert [row["name"] for row in sheet.graft(names, on="kind", take="first").records()] == ["x", None, None, "x"]
    with pytest.raises(ValueError, match="take must be"):
        sheet.graft(names, on="kind", take="last")


def test_rows_are_spread_into_columns(rowmill: ModuleType) -> None:
    cells = [("mon", "a", 1), ("tue", "b", 2), ("mon", "a", 3)]
    sheet = rowmill.Sheet.of([{"day": day, "what": what, "size": size} for day, what, size in cells])
    spread = sheet.spread(down="day", across="what", cell=rowmill.add_up("size"), absent=0).records()
    assert spread == [{"day": "mon", "a": 4, "b": 0}, {"day": "tue", "a": 0, "b": 2}]


def test_spans_are_trimmed_fused_and_have_holes(dayloom: ModuleType) -> None:
    spans = dayloom.SpanSet.of([(5, 8), (1, 3), (7, 9), (3, 4), (20, 30)])
    inside = spans.trimmed(2, 12).fused()
    assert inside.pairs() == [(2, 4), (5, 9)] and list(inside) == inside.pairs() and len(inside) == 2
    assert inside.holes(2, 12).pairs() == [(2, 2), (4, 5), (9, 12)]
    assert inside.holes(2, 12).lasting(2).pairs() == [(9, 12)]


def test_a_clockwork_runs_what_is_due_in_order(dayloom: ModuleType) -> None:
    clockwork, ran = dayloom.Clockwork(), []
    for at, rank, label in ((2, 0, "late"), (1, 1, "second"), (1, 0, "first"), (1, 1, "third"), (3, 0, "later")):
        clockwork.book(at, lambda label=label: ran.append(label), label=label, rank=rank)
    assert clockwork.wind(2) == ran == ["first", "second", "third"]
    assert clockwork.wind(2, inclusive=True) == ["late"] and clockwork.now == 2
    assert clockwork.wind(math.inf) == ["later"]


def test_an_action_that_raises_jams_a_clockwork(dayloom: ModuleType) -> None:
    def book_two() -> dayloom.Clockwork:  # type: ignore[name-defined]  # the module is a fixture
        clockwork = dayloom.Clockwork()
        clockwork.book(1, lambda: 1 / 0, label="bad")
        clockwork.book(2, lambda: None, label="good")
        return clockwork

    with pytest.raises(ZeroDivisionError):
        book_two().wind(9)
    jams: list[str] = []
    assert book_two().wind(9, on_jam=lambda label, error: jams.append(label)) == ["good"] and jams == ["bad"]


def test_an_agenda_gives_waves(dayloom: ModuleType) -> None:
    agenda = dayloom.Agenda()
    agenda.step("a", after=["elsewhere"])
    agenda.step("b", after=["a"])
    agenda.step("c", after=["a"])
    agenda.step("c", after=["b"])
    assert agenda.waves() == [{"a"}, {"b"}, {"c"}]
    agenda.step("a", after=["c"])
    with pytest.raises(dayloom.Knot, match="a, b, c") as caught:
        agenda.waves()
    assert caught.value.steps == {"a", "b", "c"}
