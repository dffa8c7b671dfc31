"""evalkit view answers to its own name and secret only, and says what it was asked."""

import json
import threading
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from evalkit.errors import ReportError, RunDirectoryError
from evalkit.reports import server as server_module
from evalkit.reports.explorer import keeping
from evalkit.reports.server import HOST, Server, open_viewer
from evalkit.results.runs import find_runs

MakeRun = Callable[..., Path]
ATTEMPTS = [{"task": "a", "tests": "PPP", "logprob": -0.1}, {"task": "b", "tests": "PPF", "logprob": -0.2}]


@pytest.fixture
def server(make_run: MakeRun) -> Iterator[Server]:
    with Server(open_viewer(make_run(ATTEMPTS))) as made:
        thread = threading.Thread(target=made.serve_forever)
        thread.start()
        yield made
        made.shutdown()
        thread.join()


def get(server: Server, path: str, host: str | None = None) -> tuple[int, str]:
    connection = HTTPConnection(HOST, server.server_port, timeout=60)
    connection.request("GET", path, headers={"Host": host or f"{HOST}:{server.server_port}"})
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, body


def test_samples_are_found_and_shown(server: Server) -> None:
    below = urlsplit(server.address).path
    assert get(server, below)[1].startswith("<!DOCTYPE html>")
    found = json.loads(get(server, f"{below}api/samples?status=fooled&from=0&count=10")[1])
    assert found["total"] == 1
    sample = json.loads(get(server, f"{below}api/sample?number={found['rows'][0][0]}")[1])
    assert sample["record"]["solution"] == "def add(a, b):\n    return a + b\n"
    assert [verdict[3] for verdict in sample["record"]["verdicts"]] == ["passed", "passed", "failed"]
    assert get(server, f"{below}api/sample?number=2")[0] == 404
    assert get(server, f"{below}api/sample?number=x")[0] == 400
    assert get(server, f"{below}api/nothing")[0] == 404


def test_other_names_and_other_secrets_are_refused(server: Server) -> None:
    below = urlsplit(server.address).path
    assert get(server, below, host=f"localhost:{server.server_port}")[0] == 200
    assert get(server, below, host="rebound.example")[0] == 403
    assert get(server, "/")[0] == 403
    assert get(server, "/guessed/api/facets")[0] == 403


def test_what_was_kept_of_a_run_answers_as_the_run_itself_does(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("EVALKIT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(keeping, "FROM", 1)
    run = make_run(ATTEMPTS)
    first = open_viewer(run)
    monkeypatch.setattr(server_module, "load", None)  # no table is made of it again
    again = open_viewer(run)
    assert again.page == first.page
    asked: list[tuple[str, dict[str, str]]] = [("facets", {}), ("sample", {"number": "1"})]
    asked += [("samples", each) for each in ({}, {"status": "failed"}, {"requirement": "3"}, {"order": "confident"})]
    assert [again.answer(*each) for each in asked] == [first.answer(*each) for each in asked]
    assert again.answer("samples", {"requirement": "3"})["total"] == 1


@pytest.mark.parametrize("what", ["a new shard", "other provenance", "a broken file"])
def test_nothing_is_kept_longer_than_it_is_true(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, what: str
) -> None:
    monkeypatch.setenv("EVALKIT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(keeping, "FROM", 1)
    run = make_run(ATTEMPTS)
    open_viewer(run)
    if what == "a new shard":
        (run / "verdicts-00000.parquet").unlink()
    elif what == "other provenance":
        (run / "sessions.jsonl").write_text('{"seconds": 60, "tokens": 3, "usage": {}}\n')
    else:
        [file] = (tmp_path / "cache").rglob("*.npz")
        file.write_bytes(file.read_bytes()[:-100])
    states = {each["id"]: each["samples"] for each in open_viewer(run).answer("facets", {})["states"]}
    assert states.get("not judged", 0) == (2 if what == "a new shard" else 0)
    assert keeping.Keeper(find_runs(run)).read() is not None
    assert (b"60 s" in open_viewer(run).page or b"1.0 min" in open_viewer(run).page) == (what == "other provenance")


def test_the_page_says_that_a_run_is_being_read(server: Server) -> None:
    below, server.viewer = urlsplit(server.address).path, None
    status, page = get(server, below)
    assert (status, "being read" in page, 'http-equiv="refresh"' in page) == (503, True, True)
    assert get(server, f"{below}api/facets")[0] == 503
    assert get(server, "/guessed/")[0] == 403


def test_what_is_wrong_with_a_run_ends_the_server(make_run: MakeRun) -> None:
    run = make_run(ATTEMPTS)
    (run / "samples-00000.parquet").write_bytes(b"cut")
    with Server() as made:
        made.read(run)
        with pytest.raises(RunDirectoryError, match=r"samples-00000.parquet cannot be read"):
            made.serve()


def test_a_port_in_use_is_one_clear_line(server: Server) -> None:
    with pytest.raises(ReportError, match=rf"^Port {server.server_port} cannot be listened on: .*Choose another"):
        Server(server.viewer, server.server_port)
