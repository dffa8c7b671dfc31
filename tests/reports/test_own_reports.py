"""Reports by a definition of one's own, on several runs and as files; mistakes are one line with file and line."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from evalkit.cli import main
from evalkit.errors import ReportError
from evalkit.reports import write_report

MakeRun = Callable[..., Path]
ATTEMPTS = [
    {"task": task, "tests": tests, "logprob": logprob, "temperature": temperature, "code": f"def {task}():\n    pass\n"}
    for task in "ab"
    for temperature in (0.2, 0.8)
    for tests, logprob in (("PPP", -0.1), ("PPF", -0.2))
]
OWN_CHART = """    chart:
      data: {name: passing}
      mark: bar
      encoding:
        x: {field: estimate, type: quantitative}
"""


def own(folder: Path, sections: str, **files: str) -> Path:
    """A definition with these sections, and other files beside it."""
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text)
    path = folder / "own.yaml"
    path.write_text(f"title: mine\nexplorer: false\nsections:\n{sections}")
    return path


def test_sections_charts_and_templates_of_ones_own(make_run: MakeRun, tmp_path: Path) -> None:
    rest = "  - {title: Words, template: words}\n  - {title: T, table: temperature}\n"
    sections = f"  - title: Bars\n{OWN_CHART}{rest}"
    definition = own(tmp_path, sections, words_html_jinja="<p>{{ samples }} &amp; {{ '<b>' }}</p>\n")
    markdown, html = write_report(make_run(ATTEMPTS), tmp_path / "out", definition)
    assert "<p>8 &amp; &lt;b&gt;</p>" in html.read_text()
    assert "<svg" in html.read_text()
    assert "Requirements broken most often" not in html.read_text()
    assert "| temperature | series |" in markdown.read_text()


@pytest.mark.parametrize(
    ("sections", "line", "words"),
    [
        ("  - title: A\n    chrat: passing\n", 5, "unknown key 'chrat'"),
        ("  - text: B\n", 4, "'title' is missing"),
        ("  - title: A\n    first: 7\n", 5, "'first' must be true or false"),
        ("  - title: A\n    varies: colour\n", 5, "'varies' must be a factor"),
        ("  - title: A\n    chart: pasing\n", 5, "unknown chart 'pasing'; known are"),
        ("  - title: A\n    table: [passing,\n      what]\n", 6, "unknown table 'what'"),
        ("  - title: A\n    template: nowhere\n", 5, "there is no template nowhere.html.jinja or nowhere.md.jinja"),
        ("  - title: A\n    chart: {data: {name: x}, mark: bar}\n", 5, "unknown data 'x'"),
        (f"  - title: A\n{OWN_CHART.replace('bar', 'bat')}", 7, "not a Vega-Lite chart"),
        ("  - title: A\n   chart: [\n", 5, "not YAML"),
    ],
)
def test_a_mistake_names_its_line(make_run: MakeRun, tmp_path: Path, sections: str, line: int, words: str) -> None:
    definition = own(tmp_path, sections)
    with pytest.raises(ReportError) as error:
        write_report(make_run(ATTEMPTS), tmp_path / "out", definition)
    assert str(error.value).startswith(f"{definition}:{line}: ")
    assert words in str(error.value)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("text", ["<p>\n{% if %}</p>\n", "<p>\n{{ samples.what }}</p>\n", "<p>\n{{ 1 // 0 }}</p>\n"])
def test_a_mistake_in_a_template_names_its_line(make_run: MakeRun, tmp_path: Path, text: str) -> None:
    definition = own(tmp_path, "  - {title: A, template: words}\n", words_html_jinja=text)
    result = CliRunner().invoke(main, ["report", str(make_run(ATTEMPTS)), "--report", str(definition)])
    assert result.exit_code == 2
    assert f"{tmp_path / 'words.html.jinja'}:2: " in result.output
    assert result.output.count("\n") == 1


def test_every_chart_and_its_numbers_are_files(make_run: MakeRun, tmp_path: Path) -> None:
    write_report(make_run(ATTEMPTS), tmp_path / "out", files=True)
    names = {path.stem for path in (tmp_path / "out" / "charts").iterdir()}
    assert {"passing", "temperature", "requirements", "effects", "failures", "histogram", "risk_coverage"} <= names
    assert (tmp_path / "out" / "charts" / "passing.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "out" / "charts" / "passing.svg").read_text().startswith("<svg")
    csv = pd.read_csv(tmp_path / "out" / "tables" / "temperature.csv")
    assert csv["temperature"].tolist() == [0.2, 0.2, 0.8, 0.8]
    parquet = pd.read_parquet(tmp_path / "out" / "tables" / "temperature.parquet")
    pd.testing.assert_frame_equal(parquet, csv, check_dtype=False)


def test_a_section_is_there_when_its_factor_varies(make_run: MakeRun, tmp_path: Path) -> None:
    varied = write_report(make_run(ATTEMPTS), tmp_path / "varied")[0].read_text()
    same = write_report(make_run(ATTEMPTS[:2]), tmp_path / "same")[0].read_text()
    assert "## Temperature\n" in varied
    assert "## Temperature\n" not in same
    assert "All samples are of one cell, so there is nothing to compare." in same
    assert "Chances can be fitted from five tasks on" in same


def test_several_runs_and_models_are_one_report(make_run: MakeRun, tmp_path: Path) -> None:
    first = make_run(ATTEMPTS)
    second = make_run([{**attempt, "model": "other"} for attempt in ATTEMPTS], seed=8)
    text = write_report([first, second], tmp_path / "out")[0].read_text()
    assert "- Samples: 16 in 4 cells, 16 scored" in text
    assert f"- Runs: `{first.name}`, `{second.name}`" in text
    assert "| model | other | tiny |" in text.replace("`", "")


def test_a_run_that_says_little_of_itself_has_a_report(make_run: MakeRun, tmp_path: Path) -> None:
    run = make_run(ATTEMPTS * 300 + [{"task": "c", "tests": "PPP"}], sandbox={}, config={}, suite={}, model={})
    markdown = write_report(run, tmp_path / "out")[0].read_text()
    assert "(isolates nothing)" in markdown
    assert "pass@600" in markdown  # without a warning of overflow for the task with one sample


def test_the_terminal_shows_the_first_screen_and_writes_nothing(make_run: MakeRun) -> None:
    run = make_run([{**attempt, "message": "\x1b[2J"} for attempt in ATTEMPTS])
    before = sorted(run.iterdir())
    result = CliRunner().invoke(main, ["report", str(run), "--terminal"])
    assert result.exit_code == 0
    for words in ("Of 8 samples", "T 0.2", "guards", "temperature 0.8 against 0.2", "How sure"):
        assert words in result.output
    assert sorted(run.iterdir()) == before


@pytest.mark.parametrize("attempts", [[], [{"task": "a", "tests": "UUU"}] * 3, [{"task": "a", "tests": "PPP"}]])
def test_the_terminal_has_something_to_say_of_any_run(make_run: MakeRun, attempts: list[dict[str, object]]) -> None:
    result = CliRunner().invoke(main, ["report", str(make_run(attempts)), "--terminal"])
    assert result.exit_code == 0
    assert "How sure" in result.output
