"""`evalkit view`: the report's page from this machine, with every sample behind it, read from the shards as needed.

Only loopback is listened on. Two things keep other web pages and other users out: a request is answered only when its
Host is this server's own (a name that was rebound to 127.0.0.1 has another), and every address begins with a secret.
"""

import json
import secrets
from functools import lru_cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from evalkit.errors import EvalkitError, ReportError
from evalkit.reports.explorer import Filters, Keeper, Kept, Reader, index_of, pays
from evalkit.reports.explorer.index import ORDERS
from evalkit.reports.files import kept_of
from evalkit.reports.page import make_report
from evalkit.reports.summary import summarise
from evalkit.results import load
from evalkit.results.runs import Runs, find_runs

MOST = 200  # rows of one answer
FOUND = 8  # lists of samples that are remembered while someone goes through them
HOST = "127.0.0.1"
READING = b"""<!DOCTYPE html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="2">
<title>Reading</title><p>The run is being read. This page shows it as soon as it is there."""


class Viewer:
    """Answers what the page asks."""

    def __init__(self, kept: Kept) -> None:
        self.index, self.page = kept.index, kept.page
        self._reader = Reader(kept.index, kept.lookup)
        self._lock = Lock()  # shards are read and kept by one request at a time
        self._find = lru_cache(maxsize=FOUND)(kept.index.find)

    def answer(self, what: str, asked: dict[str, str]) -> Any:
        """facets; samples (task, cell, requirement, status, order, from, count); sample (number).

        Raises KeyError for what does not exist, ValueError for what is no number.
        """
        if what == "facets":
            return self.index.facets()
        if what == "samples":
            return self._samples(asked)
        if what == "sample":
            number = int(asked["number"])
            if not 0 <= number < len(self.index):
                raise KeyError(number)
            with self._lock:
                return {"row": self.index.row(number), "record": self._reader.record(number)}
        raise KeyError(what)

    def _samples(self, asked: dict[str, str]) -> dict[str, Any]:
        numbers = {name: int(asked[name]) for name in ("task", "cell", "requirement") if asked.get(name)}
        order = asked.get("order", "plan")
        if order not in ORDERS:
            raise ValueError(order)
        found = self._find(Filters(**numbers, status=asked.get("status") or None, order=order))
        first, count = max(0, int(asked.get("from", 0))), min(MOST, int(asked.get("count", MOST)))
        return {"total": len(found), "rows": [self.index.row(each) for each in found[first : first + count].tolist()]}


def open_viewer(runs: Runs) -> Viewer:
    """The viewer of a run or several: from what was kept of them, else by reading all of them, which is then kept.

    Raises RunDirectoryError when a run cannot be read.
    """
    found = find_runs(runs)
    keeper = Keeper(found)
    kept = keeper.read()
    if kept is None:
        summary = summarise(load([run.path for run in found], texts=False))
        kept = kept_of(make_report(summary), index_of(summary))
        if pays(kept.index):
            keeper.keep(kept)
    return Viewer(kept)


class Server(ThreadingHTTPServer):
    """Serves one viewer on loopback, or says that the run is still read; `address` is what a browser is given."""

    daemon_threads = True

    def __init__(self, viewer: Viewer | None = None, port: int = 0) -> None:
        try:
            super().__init__((HOST, port), _Handler)
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or error
            raise ReportError(
                f"Port {port} cannot be listened on: {reason}. Choose another --port, or none."
            ) from error
        self.viewer = viewer
        self.secret = secrets.token_urlsafe(16)
        self._failure: BaseException | None = None

    def read(self, runs: Runs) -> Thread:
        """Begin to read runs; a thread that ends when they are there, or with what `serve` then raises."""
        reading = Thread(target=self._read, args=(runs,), daemon=True)
        reading.start()
        return reading

    def serve(self) -> None:
        """Answer until interrupted. Raises what reading the runs raised."""
        self.serve_forever()
        if self._failure is not None:
            raise self._failure

    def _read(self, runs: Runs) -> None:
        try:
            self.viewer = open_viewer(runs)
        except BaseException as error:  # whatever it is, it is told by the thread that serves
            self._failure = error
            self.shutdown()

    @property
    def address(self) -> str:
        """With the secret."""
        return f"http://{HOST}:{self.server_port}/{self.secret}/"


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "evalkit", ""

    def do_GET(self) -> None:  # the name is http.server's
        """The page, or an answer as JSON."""
        port = self.server.server_port
        if self.headers.get("Host") not in {f"{HOST}:{port}", f"localhost:{port}"}:
            self._send(HTTPStatus.FORBIDDEN, "text/plain", b"Not this server's name.")
            return
        parts = urlsplit(self.path)
        secret, _, what = parts.path.removeprefix("/").partition("/")
        if not secrets.compare_digest(secret.encode(), self.server.secret.encode()):
            self._send(HTTPStatus.FORBIDDEN, "text/plain", b"Open the address that 'evalkit view' printed.")
        elif self.server.viewer is None:
            self._send(HTTPStatus.SERVICE_UNAVAILABLE, "text/html; charset=utf-8", READING)
        elif what == "":
            self._send(HTTPStatus.OK, "text/html; charset=utf-8", self.server.viewer.page)
        else:
            asked = {key: values[0] for key, values in parse_qs(parts.query).items()}
            self._answer(self.server.viewer, what.removeprefix("api/"), asked)

    def _answer(self, viewer: Viewer, what: str, asked: dict[str, str]) -> None:
        try:
            body = json.dumps(viewer.answer(what, asked), separators=(",", ":")).encode()
        except KeyError:
            self._send(HTTPStatus.NOT_FOUND, "text/plain", b"There is no such thing.")
        except ValueError:
            self._send(HTTPStatus.BAD_REQUEST, "text/plain", b"That is no number.")
        except EvalkitError as error:
            self._send(HTTPStatus.CONFLICT, "text/plain; charset=utf-8", str(error).encode())
        else:
            self._send(HTTPStatus.OK, "application/json", body)

    def _send(self, status: HTTPStatus, kind: str, body: bytes) -> None:
        self.send_response(status)
        headers = {
            "Content-Type": kind,
            "Content-Length": str(len(body)),
            "Cache-Control": "no-store",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
        }
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # the name is http.server's
        """Nothing: the secret would be in it."""
