"""The page as readers meet it, in a real browser: it loads, filters and shows samples, and asks nobody for anything."""

import re
import threading
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest

from evalkit.reports import write_report
from evalkit.reports.server import Server, open_viewer
from evalkit.results import RunDirectory
from evalkit.types import Cell, Completion, Extraction, Sample, SampleKey, Status, StopReason, TokenTrace, Verdict

HOSTILE = "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
OVERRIDE = "\u202e"
PHONE = {"width": 360, "height": 740}
REQUIREMENTS = [
    {"id": "adds", "kind": "stated", "text": "It adds."},
    {"id": "empty", "kind": "implied", "text": "Nothing is worth zero."},
]
Page = Any  # playwright may not be there


def _code(task: str, good: bool, extra: str = "") -> str:
    guard = "    if not values:\n        return 0\n" if good else ""
    return f"def {task}(values):\n{guard}    total = values[0]{extra}\n    return total\n"


def _sample(task: str, temperature: float, prompt: str, index: int, good: bool, extra: str) -> Sample:
    code = _code(task, good, extra)
    text = f"Here:\n```python\n{code}```\n"
    ends = (*range(4, len(text), 4), len(text))
    logprobs = tuple(-0.05 if at % 5 else -2.5 for at in range(len(ends)))
    tops = tuple((at % 7, 7 + at % 3) for at in range(len(ends)))
    trace = TokenTrace(
        ids=tuple(crc32(text[begin:end].encode("utf-8", "surrogatepass")) % 997 for begin, end in pairwise((0, *ends))),
        logprobs=logprobs,
        drawn_logprobs=logprobs,
        entropies=tuple(0.5 for _ in ends),
        ranks=tuple(1 if at % 5 else 3 for at in range(len(ends))),
        ends=ends,
        top_ids=tops,
        top_logprobs=tuple((-2.5, -0.2) for _ in ends),
    )
    key = SampleKey(task, Cell("tiny", temperature, "snake_case", prompt), index)
    return Sample(key, f"def {task}(values):", Completion(text, StopReason.EOS, 9, trace), Extraction(code, (), code))


def _verdicts(sample: Sample, good: bool) -> list[Verdict]:
    message = f"assert 1 == 0\n +  where 1 = {sample.key.task_id}([]) {HOSTILE}{OVERRIDE}"
    status, said = (Status.PASSED, "") if good else (Status.FAILED, message)
    return [
        Verdict(sample.key, "test_shown", "adds", True, Status.PASSED),
        Verdict(sample.key, "test_empty", "empty", False, status, said),
    ]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two temperatures and prompts, six tasks; failing samples hold markup and a right-to-left override."""
    path = tmp_path_factory.mktemp("browser") / "run"
    tasks = [f"task_{letter}" for letter in "abcdef"]
    cells = [(temperature, prompt) for temperature in (0.2, 0.8) for prompt in ("plain", "careful")]
    pairs = []
    for at, task in enumerate(tasks):
        for number, cell in enumerate(cells):
            for index in range(2):
                good = (at + number + index) % 3 > 0
                sample = _sample(task, *cell, index, good, "" if good else f"  # {HOSTILE}{OVERRIDE}")
                pairs.append((sample, _verdicts(sample, good)))
    manifest = {
        "unit_size": 48,
        "config": {"samples": 2},
        "seed": 0,
        "suite": {"name": "small", "title": "Small suite", "hash": "0f"},
        "tasks": {task: {"hash": "0f", "title": f"The {task}", "requirements": REQUIREMENTS} for task in tasks},
        "model": {"tiny": {"name": "tiny"}},
        "sandbox": {"name": "docker", "isolates": True},
        "plan": {"samples": len(pairs), "units": 1},
    }
    with RunDirectory.create(path, manifest) as directory:
        directory.write_samples(0, [sample for sample, _ in pairs])
        directory.write_verdicts(0, [verdict for _, verdicts in pairs for verdict in verdicts])
    return path


@pytest.fixture(scope="module")
def report(run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_report(run, tmp_path_factory.mktemp("report"))[1]


@pytest.fixture
def opened(browsed: Callable[..., Page]) -> Callable[..., Page]:
    """opened(address, **context) -> a page that is ready."""

    def open_page(address: str, **options: Any) -> Page:
        page = browsed(address, **options)
        page.wait_for_selector("html[data-ready=true]", state="attached")
        return page

    return open_page


def rows(page: Page) -> list[str]:
    return page.locator("#found button").all_inner_texts()


def test_filters_find_samples_and_a_sample_shows_all_there_is(report: Path, opened: Callable[..., Page]) -> None:
    page = opened(report.as_uri())
    assert page.inner_text("#count") == "48 samples"
    page.select_option("[name=task]", "1")
    assert page.inner_text("#count") == "8 samples"
    page.select_option("[name=cell]", "0")
    assert page.inner_text("#count") == "2 samples"
    page.click("button[type=reset]")
    page.select_option("[name=requirement]", "1")
    page.select_option("[name=status]", "fooled")
    page.wait_for_function("document.querySelectorAll('#found .bad').length === 3")
    assert page.inner_text("#count") == "3 samples"
    page.select_option("[name=order]", "confident")
    page.locator("#found button").first.click()
    page.wait_for_selector("#sample .code")
    assert "1 of 2 tests did not pass" in page.inner_text(".verdicts")
    assert "← 'task_a' was called" in page.inner_text(".code .pointed")
    assert page.locator(".code .s4, .code .s5").count() > 3
    page.locator(".code .s4").first.hover()
    told = page.inner_text("#tip")
    assert "probability 8 %, rank 3, surprisal 2.50 nats" in told
    assert "instead:" in told
    views = {"Prompt": "def task_a(values):", "Raw": "← 'task_a' was called", "Against": "+     total"}
    for tab, wanted in views.items():
        page.get_by_role("tab", name=tab).click()
        assert wanted in page.inner_text("[role=tabpanel]:not([hidden])")


def test_texts_of_a_model_stay_texts_and_cannot_reorder_a_line(report: Path, opened: Callable[..., Page]) -> None:
    page = opened(report.as_uri())
    page.select_option("[name=status]", "failed")
    page.wait_for_selector("#sample .bad")
    code = page.inner_text(".code")
    assert "</script><script>" in code
    assert "⟨U+202E⟩" in code
    assert "⟨U+202E⟩" in page.inner_text(".verdicts .message")
    assert OVERRIDE not in page.inner_text("body")
    assert page.title().startswith("Small suite")
    assert page.locator("img").count() == 0


def test_the_keyboard_reaches_samples_tabs_and_tokens(report: Path, opened: Callable[..., Page]) -> None:
    page = opened(report.as_uri())
    page.locator("#found button").first.focus()
    page.keyboard.press("ArrowDown")
    assert page.locator("#found button").nth(1).get_attribute("aria-current") == "true"
    page.get_by_role("tab", name="Code").focus()
    page.keyboard.press("ArrowRight")
    assert page.get_by_role("tab", name="Prompt").get_attribute("aria-selected") == "true"
    page.keyboard.press("ArrowLeft")
    page.focus(".code")
    page.keyboard.press("ArrowRight")
    assert "probability" in page.inner_text("#tip")


def test_on_a_phone_nothing_is_wider_than_the_screen(report: Path, opened: Callable[..., Page]) -> None:
    page = opened(report.as_uri(), viewport=PHONE, color_scheme="dark")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.select_option("[name=status]", "failed")
    page.get_by_role("tab", name="Raw").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_the_theme_follows_the_system_and_a_button(report: Path, opened: Callable[..., Page]) -> None:
    background = "getComputedStyle(document.body).backgroundColor"
    label = "getComputedStyle(document.querySelector('svg text')).fill"
    page = opened(report.as_uri(), color_scheme="dark")
    dark = page.evaluate(background), page.evaluate(label)
    page.click("#theme")
    light = page.evaluate(background), page.evaluate(label)
    assert dark[0] == light[1].replace("rgb(27, 31, 36)", "rgb(20, 23, 27)")
    assert light[0] == "rgb(255, 255, 255)"
    page.emulate_media(media="print")
    assert not page.is_visible("nav")


def test_a_failing_sample_shows_where_it_left_one_that_passes(report: Path, opened: Callable[..., Page]) -> None:
    page = opened(report.as_uri())
    page.select_option("[name=task]", "0")
    page.select_option("[name=status]", "fooled")
    page.wait_for_selector("#sample .forks")
    # Both begin alike; then the good one has 'if not values', the bad one 'total', four letters a token.
    [fork] = page.locator(".forks li").all_inner_texts()
    found = re.match(
        r"Token (\d+): drew (\S+) \((\d+) %, rank (\d)\), not (\S+) \((\d+) %, rank (\d)\) as (.*) did", fork
    )
    assert found, fork
    drawn, other = found[2], found[5]
    assert "tot".startswith(drawn.strip("·")[:1]) and other.strip("·").startswith("i")
    assert page.locator(".code .fork").inner_text().replace(" ", "·") == drawn
    assert "which keeps empty: if not values:" in fork
    page.locator(".forks button").click()
    page.wait_for_function("document.querySelector('.verdicts summary').textContent === 'All 2 tests passed'")
    assert page.locator(".forks").count() == 0
    row = page.locator("#where-failing-samples-left-passing-ones tbody tr").first.inner_text().split("\t")
    assert row == ["task_a", "empty", drawn, other, "3", "8 %", "8 %", "3"]


def chosen(page: Page) -> list[str]:
    """What the filters say: task, cell, requirement."""
    options = (page.locator(f"[name={name}] option:checked") for name in ("task", "cell", "requirement"))
    return [option.inner_text() for option in options]


def heat(page: Page, requirement: str, cell: str) -> Any:
    """A mark of the heat map."""
    return page.locator(f"#requirements-by-cell a:has([aria-label^='{cell}; {requirement} '])")


def test_a_mark_of_the_heat_map_filters_the_samples(report: Path, opened: Callable[..., Page]) -> None:
    page = opened(report.as_uri())
    heat(page, "task_b · empty", "T 0.8, plain").click()
    page.wait_for_function("document.getElementById('count').textContent === '1 sample'")
    assert chosen(page) == ["task_b: The task_b", "T 0.8, plain", "empty (implied)"]
    assert page.evaluate("document.activeElement.closest('#found') !== null")
    assert page.locator("#found button").first.is_visible()
    page.select_option("[name=status]", "passed")
    page.wait_for_function("document.getElementById('count').textContent === 'No sample is like that.'")
    heat(page, "task_b · empty", "T 0.8, plain").click()  # the same again, after the filters were changed
    page.wait_for_function("document.getElementById('count').textContent === '1 sample'")


def test_the_heat_map_is_one_stop_of_the_tab_key_and_arrows_move_in_it(
    report: Path, opened: Callable[..., Page]
) -> None:
    page = opened(report.as_uri())
    assert page.locator("#requirements-by-cell a[tabindex='0']").count() == 1
    page.locator("#requirements-by-cell a[tabindex='0']").focus()
    first = page.evaluate("document.activeElement.getAttribute('aria-label')")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    there = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert page.inner_text("#tip") == there
    tip, mark = (page.locator(name).bounding_box() for name in ("#tip", "#requirements-by-cell a:focus"))
    assert abs(tip["y"] - mark["y"]) < 120, "the words stand at their mark"
    cells, requirements = zip(*(label.split(" (")[0].split("; ") for label in (first, there)), strict=True)
    assert cells[0] != cells[1]
    assert requirements[0] != requirements[1]
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.closest('#found') !== null")
    assert chosen(page)[1] == cells[1]
    assert requirements[1].startswith(chosen(page)[0].split(":")[0])


def test_an_address_with_filters_opens_the_page_with_them(report: Path, opened: Callable[..., Page]) -> None:
    page = opened(f"{report.as_uri()}#samples?task=task_b&requirement=empty&cell=T%200.2%2C%20careful")
    assert chosen(page) == ["task_b: The task_b", "T 0.2, careful", "empty (implied)"]


def test_marks_of_charts_say_what_they_are(report: Path, opened: Callable[..., Page]) -> None:
    page = opened(report.as_uri())
    mark = page.locator("svg [role=graphics-symbol][aria-label*='pass@1']").first
    mark.scroll_into_view_if_needed()
    mark.hover(force=True)
    assert "pass@1" in page.inner_text("#tip")


def test_evalkit_view_serves_the_same_page(run: Path, opened: Callable[..., Page]) -> None:
    with Server(open_viewer(run)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            page = opened(server.address)
            assert page.inner_text("#count") == "48 samples"
            page.select_option("[name=status]", "fooled")
            page.wait_for_selector("#sample .bad")
            page.get_by_role("tab", name="Against").click()
            assert "the passing sample with most lines in common" in page.inner_text("[role=tabpanel]:not([hidden])")
        finally:
            server.shutdown()
            thread.join()
