"""Data sets by name: found in a folder or the cache, fetched by hash. A server on loopback stands for the release."""

import gzip
import hashlib
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

from evalkit.cli import main
from evalkit.errors import TaskError
from evalkit.suites import data_files, load_suite
from evalkit.suites.data_fetching import fetch_data

LINE = {
    "task_id": "T/0",
    "prompt": 'def f(x):\n    """Same."""\n',
    "entry_point": "f",
    "canonical_solution": "    return x\n",
}
DATA = gzip.compress(json.dumps(LINE | {"base_input": [[1]], "plus_input": [[2]], "atol": 0}).encode(), mtime=0)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EVALKIT_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("EVALKIT_DATA", raising=False)
    return tmp_path / "cache"


@pytest.fixture
def release(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Serves DATA as humaneval+'s release; the paths that were asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", str(len(DATA)))
            self.end_headers()
            self.wfile.write(DATA)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    point_to(f"http://127.0.0.1:{server.server_port}/plus.gz", hashlib.sha256(DATA).hexdigest(), monkeypatch)
    yield asked
    server.shutdown()
    server.server_close()


def point_to(url: str, digest: str, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = [
        replace(each, url=url, sha256=digest) if each.name == "humaneval+" else each for each in data_files.DATA_SETS
    ]
    monkeypatch.setattr(data_files, "DATA_SETS", tuple(changed))


def test_what_was_fetched_is_a_suite_by_name(release: list[str]) -> None:
    with pytest.raises(TaskError, match=r"or run: evalkit datasets fetch humaneval\+"):
        load_suite("humaneval+")
    path = fetch_data("humaneval+", lambda line: None)
    assert path.read_bytes() == DATA
    assert [task.id for task in load_suite("humaneval+").tasks] == ["T/0"]
    assert fetch_data("humaneval+", lambda line: None) == path and release == ["/plus.gz"]  # once


def test_a_folder_of_ones_own_comes_first(release: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fetch_data("humaneval+", lambda line: None)
    (tmp_path / "HumanEvalPlus.jsonl.gz").write_bytes(gzip.compress(gzip.decompress(DATA).replace(b"T/0", b"T/1")))
    monkeypatch.setenv("EVALKIT_DATA", str(tmp_path))
    assert [task.id for task in load_suite("humaneval+").tasks] == ["T/1"]


def test_another_file_is_not_used(release: list[str], cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    point_to(next(each.url for each in data_files.DATA_SETS if each.name == "humaneval+"), "0" * 64, monkeypatch)
    with pytest.raises(TaskError, match=r"has SHA-256 [0-9a-f]{64}, expected 0{64}: not used"):
        fetch_data("humaneval+", lambda line: None)
    assert not cache.exists()


def test_without_a_network_one_line_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    point_to("http://127.0.0.1:9/plus.gz", "0" * 64, monkeypatch)
    done = CliRunner().invoke(main, ["datasets", "fetch", "humaneval+"])
    assert done.exit_code == 2
    error = done.output.splitlines()[-1]
    assert error.startswith("Error: humaneval+: cannot be downloaded (http://127.0.0.1:9/plus.gz: ")
    assert "Without a network, bring HumanEvalPlus.jsonl.gz here, and give its path or set EVALKIT_DATA" in error


def test_what_cannot_be_fetched_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    unknown = tuple(replace(each, sha256="") if each.name == "mbpp" else each for each in data_files.DATA_SETS)
    monkeypatch.setattr(data_files, "DATA_SETS", unknown)
    done = CliRunner().invoke(main, ["datasets", "fetch", "mbpp"])
    assert (done.exit_code, done.output.count("\n")) == (2, 1)
    assert "mbpp: cannot be fetched" in done.output
    done = CliRunner().invoke(main, ["datasets", "fetch", "humanevil"])
    assert "Unknown data set 'humanevil'. Available: humaneval, humaneval+, mbpp+, mbpp." in done.output


def test_the_list_says_what_is_here(release: list[str]) -> None:
    fetch_data("humaneval+", lambda line: None)
    lines = CliRunner().invoke(main, ["datasets", "list"]).output.splitlines()
    assert [line.partition(":")[0] for line in lines] == ["humaneval", "humaneval+", "mbpp+", "mbpp"]
    assert lines[0].endswith("evalkit datasets fetch humaneval") and lines[1].endswith("; ready")
