"""Templates of one's own that are wrong: one line with file and line, exit code 2, whatever command uses them."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from evalkit.cli import main

GOOD = "---\nmode: chat\n---\n"
WRONG = {
    "unknown variable": (
        f"{GOOD}\n{{{{ sauce }}}}".encode(),
        "mine.jinja:5: unknown variable 'sauce'; known: source, ",
    ),
    "unknown key": (b"---\nmode: chat\nstops: []\n---\n", "mine.jinja:3: unknown key 'stops'; allowed keys: mode, "),
    "circle": (
        f"{GOOD}{{% include 'mine.txt' %}}".encode(),
        "mine.txt:1: files include each other in a circle: mine.txt",
    ),
    "not UTF-8": (GOOD.encode() + b"\n\xfc", "mine.jinja:5: not UTF-8 text: byte 0xfc"),
    "no such file": (None, "mine.jinja: there is no such template file."),
}


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("command", [("run", "starter", "--dry-run"), ("tasks", "show", "starter/count_words")])
def test_one_line(name: str, command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content, complaint = WRONG[name]
    monkeypatch.chdir(tmp_path)
    Path("mine.txt").write_text("{% include 'mine.txt' %}")
    if content is not None:
        Path("mine.jinja").write_bytes(content)
    result = CliRunner().invoke(main, [*command, "--prompt", "mine.jinja"])
    assert result.exit_code == 2, result.output
    assert complaint in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_good_one_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "mine.jinja"
    path.write_text(f"{GOOD}Please:\n{{{{ source }}}}")
    result = CliRunner().invoke(main, ["tasks", "show", "starter/count_words", "--prompt", str(path)])
    assert "Please:\ndef count_words(" in result.stdout
