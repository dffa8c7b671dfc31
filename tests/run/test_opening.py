"""A sandbox that is opened beside other work is used, or closed, and never the reason why a run fails otherwise."""

from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest

import evalkit.cli.judge as command
from evalkit.errors import ConfigError, SandboxUnavailable
from evalkit.run import opening
from evalkit.run.file_settings import Settings
from evalkit.run.judge_file import begin
from evalkit.run.opening import Opening
from evalkit.sandboxes.docker import DockerSandbox
from evalkit.sandboxes.image import connect
from evalkit.sandboxes.orphans import LABEL, owner_label

WANTED = {"sandbox": "auto", "workers": 2}


class Container:
    """As far as opening goes."""

    def __init__(self) -> None:
        self.closed = 0

    def close(self) -> None:
        """Counted."""
        self.closed += 1


@pytest.fixture
def container(monkeypatch: pytest.MonkeyPatch) -> Container:
    made = Container()
    monkeypatch.setattr(opening, "open_warm", lambda workers, runtime: made if (workers, runtime) == (2, None) else 0)
    return made


def test_it_is_taken_once_and_then_the_taker_s(container: Container) -> None:
    with Opening(WANTED) as opened:
        assert opened.take() is container
        assert opened.take() is None
    assert container.closed == 0


def test_it_opens_while_others_work(container: Container, monkeypatch: pytest.MonkeyPatch) -> None:
    worked = Event()
    monkeypatch.setattr(opening, "open_warm", lambda *_: container if worked.wait(10) else None)
    with Opening(WANTED) as opened:
        worked.set()
        assert opened.take() is container


def test_what_nobody_took_is_closed(container: Container) -> None:
    with pytest.raises(ConfigError), Opening(WANTED):
        raise ConfigError("the samples are not there")
    assert container.closed == 1


def test_who_stops_waiting_leaves_nothing_behind(container: Container, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Opening(WANTED)
    result = opened._opened.result  # type: ignore[union-attr]  # containers are opened beside, so there is one

    def interrupted() -> None:
        monkeypatch.setattr(opened._opened, "result", result)
        raise KeyboardInterrupt

    monkeypatch.setattr(opened._opened, "result", interrupted)
    with pytest.raises(KeyboardInterrupt), opened:
        opened.take()
    assert container.closed == 1


def test_the_command_opens_it_before_it_reads_anything(container: Container, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evalkit.run.judge_file.begin", lambda settings, out, note, opened: opened.take())
    options: dict[str, object] = {**WANTED, "samples_from": "s", "suite": "starter", "model": "m"}
    assert command._begin(options, Path("out")) is container  # type: ignore[comparison-overlap]  # what stands in for begin gives the sandbox itself


def _refuse(*_: object) -> None:
    raise SandboxUnavailable("the engine is asleep")


@pytest.mark.parametrize(("name", "opens"), [("auto", True), ("docker", True), ("bubblewrap", False), ("a:B", False)])
def test_only_containers_are_opened_beside(name: str, opens: bool, container: Container) -> None:
    with Opening(WANTED | {"sandbox": name}) as opened:
        assert (opened.take() is container) == opens


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    path = tmp_path / "s.jsonl"
    path.write_text('{"task_id": "tiny/double_it", "completion": "    return 2 * start_value\\n"}\n')
    return path


@pytest.fixture
def settings(samples: Path, tiny_suite: Path) -> Callable[[str], Settings]:
    return lambda sandbox: Settings(
        samples_from=str(samples), suite=str(tiny_suite), model="m", sandbox=sandbox, workers=2, allow_unisolated=True
    )


def test_where_it_fails_the_sandbox_is_opened_in_the_usual_way(
    settings: Callable[[str], Settings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "open_warm", _refuse)
    with Opening(WANTED) as opened, begin(settings("bubblewrap"), tmp_path / "run", print, opened) as session:
        assert session.sandbox.name == "bubblewrap"


@pytest.mark.docker
def test_the_run_judges_in_the_container_that_was_started_before(
    settings: Callable[[str], Settings], tmp_path: Path
) -> None:
    client = connect()

    def running() -> set[str]:
        mine = {"label": f"{LABEL}={owner_label()[LABEL]}"}
        return {each.id for each in client.containers.list(filters=mine, ignore_removed=True)}

    with Opening({"sandbox": "docker", "workers": 1}) as opened:
        assert opened._opened is not None
        sandbox = opened._opened.result()
        started = running()
        assert len(started) == 1
        with begin(settings("docker"), tmp_path / "run", print, opened) as session:
            session.work()
            assert session.sandbox is sandbox
            assert running() == started
    assert not running()
    client.close()


@pytest.mark.docker
def test_a_container_that_does_not_start_is_no_container_left(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = []
    monkeypatch.setattr(DockerSandbox, "_start", _refuse)
    close = DockerSandbox.close
    monkeypatch.setattr(DockerSandbox, "close", lambda self: (closed.append(self), close(self)))
    with Opening({"sandbox": "docker", "workers": 1}) as opened:
        assert opened.take() is None
    assert len(closed) == 1
