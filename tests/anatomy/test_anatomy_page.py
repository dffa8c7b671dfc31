"""The page: every section, nothing from elsewhere, texts escaped, and all of it usable in a browser."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from evalkit.anatomy import SECTIONS
from evalkit.cli import main

if TYPE_CHECKING:
    from playwright.sync_api import Page

Invoke = Callable[..., tuple[int, str]]
HOSTILE = 'def re_try(max_size):\n    """</script><script>alert(1)</script><b> \u202e"""\n'


@pytest.fixture(scope="session")
def sample_page(tiny_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a recorded sample, all sections that the made run allows."""
    path = tmp_path_factory.mktemp("pages") / "new" / "sample.html"
    name = "re_try|temperature=0.8|index=1"
    done = CliRunner().invoke(main, ["anatomy", str(tiny_run), "--sample", name, "--html", str(path)])
    assert done.exit_code == 0, done.output
    assert "Requirements and words is left out: The task of this sample is not at hand" in done.output
    assert done.output.strip().splitlines()[-1] == str(path)
    return path


def test_the_page_has_every_section_and_asks_for_nothing(sample_page: Path) -> None:
    text = sample_page.read_text()
    for name, title in SECTIONS.items():
        if name != "words":  # the made run's suite is not at hand
            assert f'<section id="{name}">\n<h2>{title}</h2>' in text
    assert "Requirements and words is left out: The task of this sample is not at hand" in text
    assert not re.findall(r'(?:src|href)="(?!#)', text)
    assert "http:" not in text.replace("http://www.w3.org/2000/svg", "")
    assert "https:" not in text


def test_texts_are_data(tiny_folder: Path, tmp_path: Path, anatomy: Invoke) -> None:
    path = tmp_path / "page.html"
    code, output = anatomy(HOSTILE, "--model", tiny_folder, "--html", path, "--words", "a<b>,c&d,e")
    assert code == 0, output
    text = path.read_text()
    assert "<script>alert" not in text
    assert "<b>" not in text
    assert "\u202e" not in text
    assert text.count("</script>") == 2


def test_a_page_that_cannot_be_written_is_one_line(tiny_folder: Path, tmp_path: Path, anatomy: Invoke) -> None:
    (tmp_path / "file").write_text("")
    path = tmp_path / "file" / "page.html"
    code, output = anatomy("def", "--model", tiny_folder, "--section", "tokens", "--html", path)
    assert code == 2
    assert "Choose another --html" in output


def opened(browser: Any, path: Path, complaints: list[str], **options: Any) -> "Page":
    page: Page = browser.new_page(viewport={"width": 1200, "height": 900}, **options)
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: complaints.append(request.url) if request.url != path.as_uri() else None)
    page.goto(path.as_uri())
    return page


def test_a_browser_shows_it_all(browser: Any, sample_page: Path) -> None:
    complaints: list[str] = []
    page = opened(browser, sample_page, complaints)
    for name in SECTIONS:
        if name != "words":
            assert page.locator(f"section#{name}").is_visible(), name
    page.locator("#tokens .t").nth(3).hover()
    assert "id " in page.locator("#tip").inner_text()
    page.locator("#loop .t").nth(2).click()
    assert page.locator("#draw h3").inner_text().startswith("Step 2:")
    assert page.locator("#draw svg .mine").count() == 1
    assert page.locator("#draw li").count() == 5
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert complaints == []
    page.close()


def test_it_works_by_keyboard_and_in_the_dark(browser: Any, sample_page: Path) -> None:
    complaints: list[str] = []
    page = opened(browser, sample_page, complaints, color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 23, 27)"
    page.locator("#loop .t").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert page.locator("#draw h3").inner_text().startswith("Step 1:")
    page.locator(".heads rect").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.locator("#head").inner_text().startswith("Layer 1, head 0:")
    levels = page.locator(".heads rect.chosen").get_attribute("data-weights")
    shown = page.locator(".context .t").evaluate_all("all => all.map(each => each.className.slice(-1)).join('')")
    assert shown == levels
    assert "tip" in page.evaluate(
        "[...document.querySelectorAll('[id=tip]:not([hidden])')].map(each => each.id).join()"
    )
    assert complaints == []
    page.close()


def test_it_fits_a_phone(browser: Any, sample_page: Path) -> None:
    complaints: list[str] = []
    page = opened(browser, sample_page, complaints)
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()
