"""The page of a history as readers meet it: on a desk and on a phone, light and dark, with nothing fetched."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from evalkit.cli import main

PHONE = {"width": 360, "height": 740}
# A name of a model that is wider than a phone, and one that reads from right to left on screen unless it is spelt out.
MODELS = ("qwen2.5-coder-0.5b-instruct-q4_k_m-" + "x" * 60, "abc\u202edef")
INK = "(element) => getComputedStyle(element).fill.match(/[0-9.]+/g).slice(0, 3).map(Number)"
PAPER = "getComputedStyle(document.body).backgroundColor.match(/[0-9.]+/g).slice(0, 3).map(Number)"


@pytest.fixture
def address(make_run: Callable[..., Path], tmp_path: Path) -> str:
    """The page that `evalkit history` writes for four runs of two models, of which the third fell."""
    for number, passing in enumerate((4, 4, 0, 3)):
        attempts = [
            {"task": f"t{task}", "tests": "PPP" if each < passing else "PPF", "model": model}
            for model in MODELS
            for task in range(10)
            for each in range(4)
        ]
        make_run(attempts, created=f"2026-10-0{number + 1}T09:00:00+00:00")
    out = tmp_path / "history.html"
    result = CliRunner().invoke(main, ["history", str(tmp_path), "--metric", "pass@1", "--out", str(out)])
    assert result.exit_code == 0, result.output
    return out.as_uri()


def luminance(colour: list[float]) -> float:
    """Relative luminance (WCAG 2.2)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (value / 255 for value in colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: list[float], other: list[float]) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_page_shows_every_run_and_its_changes(address: str, browsed: Callable[..., Any]) -> None:
    page = browsed(address)
    assert page.title() == "History of runs"
    assert page.locator("tbody tr").count() == 8
    assert page.locator("tbody tr:has-text('▼ worse')").count() == 2
    assert "abc⟨U+202E⟩def" in page.inner_text("main")
    box = page.locator("figure svg").bounding_box()
    assert box["width"] > 300 and box["height"] > 200


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_nothing_is_wider_and_all_can_be_read(
    address: str, browsed: Callable[..., Any], scheme: str
) -> None:
    page = browsed(address, viewport=PHONE, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    paper = page.evaluate(PAPER)
    assert (luminance(paper) < 0.05) == (scheme == "dark")
    assert page.locator("tbody tr").first.bounding_box()["height"] < 40  # one line: the table scrolls sideways
    for text in page.locator("svg text:visible").all():
        box = text.bounding_box()
        assert box["x"] + box["width"] <= PHONE["width"], text.inner_text()
        assert contrast(text.evaluate(INK), paper) >= 4.5, text.inner_text()
