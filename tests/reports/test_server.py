"""evalkit view answers to its own name and secret only, and says what it was asked."""

import json
import threading
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from evalkit.errors import ReportError
from evalkit.reports.server import HOST, Server, Viewer
from evalkit.reports.summary import summarise
from evalkit.results import load

MakeRun = Callable[..., Path]
ATTEMPTS = [{"task": "a", "tests": "PPP", "logprob": -0.1}, {"task": "b", "tests": "PPF", "logprob": -0.2}]


@pytest.fixture
def server(make_run: MakeRun) -> Iterator[Server]:
    with Server(Viewer(summarise(load(make_run(ATTEMPTS), texts=False)))) as made:
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


def test_a_port_in_use_is_one_clear_line(server: Server) -> None:
    with pytest.raises(ReportError, match=rf"^Port {server.server_port} cannot be listened on: .*Choose another"):
        Server(server.viewer, server.server_port)
