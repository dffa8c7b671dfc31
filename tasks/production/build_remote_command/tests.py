import pytest
from solution import build_remote_command

ACTIVE = set("$`*?[]{}~#!<>|&;()\n=")  # what a shell acts on outside of quotes

AND = ("&&",)  # the operator, as opposed to a word of that text


def read_words(line):
    """The words of a line as a POSIX shell reads it. AssertionError where it would expand or run something."""
    words, word, at = [], None, 0
    while at < len(line):
        sign = line[at]
        if sign == "'":
            end = line.index("'", at + 1)
            word, at = (word or "") + line[at + 1 : end], end
        elif sign == '"':
            text, at = read_double_quoted(line, at + 1)
            word = (word or "") + text
        elif sign == "\\":
            at += 1
            word = (word or "") + line[at]
        elif line.startswith("&&", at) and word is None:
            words, at = [*words, AND], at + 1
        elif sign in " \t":
            words, word = (words if word is None else [*words, word]), None
        else:
            assert sign not in ACTIVE, f"the shell acts on {sign!r} in {line}"
            word = (word or "") + sign
        at += 1
    return words if word is None else [*words, word]


def read_double_quoted(line, at):
    text = ""
    while line[at] != '"':
        assert line[at] not in "$`", f"the shell expands {line[at]!r} in {line}"
        if line[at] == "\\" and line[at + 1] in '$`"\\':
            at += 1
        text, at = text + line[at], at + 1
    return text, at


def arrived(arguments, folder=None):
    """The words that the remote shell reads."""
    words = read_words(build_remote_command("build-7", arguments, folder))
    assert len(words) >= 3
    return read_words(words[2])


@pytest.mark.requirement("runs-through-ssh")
@pytest.mark.example
def test_two_words():
    assert build_remote_command("build-7", ["make", "all"]) == "ssh build-7 'make all'"


@pytest.mark.requirement("runs-through-ssh")
def test_single_word_and_a_user():
    assert read_words(build_remote_command("ann@build-7", ["uptime"])) == ["ssh", "ann@build-7", "uptime"]


@pytest.mark.requirement("runs-through-ssh")
def test_remote_text_is_one_word():
    words = read_words(build_remote_command("build-7", ["cp", "-r", "a", "b"]))
    assert words == ["ssh", "build-7", "cp -r a b"]


@pytest.mark.requirement("changes-folder")
def test_program_runs_only_in_the_folder():
    assert arrived(["make", "clean"], "/srv/app") == ["cd", "/srv/app", AND, "make", "clean"]


@pytest.mark.requirement("arguments-arrive-unchanged")
def test_spaces():
    assert arrived(["grep", "two  words", "my notes.txt"]) == ["grep", "two  words", "my notes.txt"]


@pytest.mark.requirement("arguments-arrive-unchanged")
def test_both_kinds_of_quotes():
    assert arrived(["echo", "it's", 'say "hi"', "'"]) == ["echo", "it's", 'say "hi"', "'"]


@pytest.mark.requirement("arguments-arrive-unchanged")
def test_backslashes():
    assert arrived(["sed", r"s/\ /_/", "C:\\temp\\"]) == ["sed", r"s/\ /_/", "C:\\temp\\"]


@pytest.mark.requirement("nothing-expands")
def test_variables_and_commands():
    arguments = ["echo", "$HOME", "`id`", "$(id)"]
    assert arrived(arguments) == arguments


@pytest.mark.requirement("nothing-expands")
def test_operators():
    arguments = ["echo", "a;b", "a|b", "a>b", "a&b", "a\nb"]
    assert arrived(arguments) == arguments


@pytest.mark.requirement("nothing-expands")
def test_wildcards():
    arguments = ["find", "*.py", "~", "#1", "what?"]
    assert arrived(arguments) == arguments


@pytest.mark.requirement("empty-argument-stays")
def test_empty_argument_in_the_middle():
    assert arrived(["git", "commit", "-m", "", "-q"]) == ["git", "commit", "-m", "", "-q"]


@pytest.mark.requirement("folder-is-quoted")
def test_folder_with_a_space():
    assert arrived(["ls"], "/srv/my app")[:2] == ["cd", "/srv/my app"]


@pytest.mark.requirement("folder-is-quoted")
def test_folder_with_an_operator():
    assert arrived(["ls"], "/srv/a; reboot")[:2] == ["cd", "/srv/a; reboot"]


@pytest.mark.requirement("host-is-no-option")
def test_host_that_is_an_option():
    with pytest.raises(ValueError):
        build_remote_command("-oProxyCommand=reboot", ["uptime"])
