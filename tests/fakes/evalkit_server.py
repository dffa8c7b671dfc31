"""A server of the OpenAI protocol on loopback that answers by rule, and fails as it is told to."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "sk-secret-of-the-test"
Body = dict[str, Any]


@dataclass
class Reply:
    """A whole answer, or a broken one: `cut` sends half the body, `slow` seconds pass between its bytes."""

    body: object
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False
    slow: float = 0.0


@dataclass
class FakeServer:
    """`text` says what is answered; `faults` are used up one by one before it; `refused` are fields it rejects."""

    text: Callable[[Body], str] = lambda body: "    return 1\n"
    faults: list[Reply] = field(default_factory=list)
    refused: tuple[str, ...] = ()
    logprobs: bool = True
    usage: bool = True
    most_choices: int = 128
    key: str | None = None
    window: int | None = None
    listing_breaks: bool = False
    model: str = "tiny"
    rule: Callable[[Body], Reply | None] = lambda body: None
    bodies: list[Body] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    url: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def asked(self) -> list[Body]:
        """The bodies of what was asked for samples, not to find out what the server takes."""
        return [body for body in self.bodies if not _probes(body)]

    def answer(self, path: str, authorization: str | None, body: Body | None) -> Reply:
        """What is sent back."""
        if self.key is not None and authorization != f"Bearer {self.key}":
            return failure(401, f"Incorrect API key provided: {(authorization or '').removeprefix('Bearer ')}")
        if body is None and self.listing_breaks:
            return failure(500, "no list today")
        if body is None:
            entry = {"id": self.model, "object": "model"} | ({"max_model_len": self.window} if self.window else {})
            return Reply({"object": "list", "data": [entry]})
        with self.lock:
            self.bodies.append(body)
            self.paths.append(path)
            fault = None if _probes(body) or not self.faults else self.faults.pop(0)
        if body.get("model") != self.model:
            return failure(404, f"The model `{body.get('model')}` does not exist.")
        if unknown := [name for name in self.refused if name in body]:
            return failure(400, f"Unrecognized request argument supplied: {unknown[0]}")
        return fault or self.rule(body) or Reply(self._completions(path, body))

    def _completions(self, path: str, body: Body) -> Body:
        chat = path.endswith("chat/completions")
        count = min(body.get("n", 1), self.most_choices)
        choices = [self._choice(body, chat, index) for index in range(count)]
        usage = {"usage": {"prompt_tokens": 10, "completion_tokens": 5 * count}} if self.usage else {}
        return {"choices": choices, **usage}

    def _choice(self, body: Body, chat: bool, index: int) -> Body:
        text = self.text({**body, "index": index})
        choice: Body = {"index": index, "finish_reason": "stop"}
        choice |= {"message": {"role": "assistant", "content": text}} if chat else {"text": text}
        if self.logprobs and body.get("logprobs"):
            tokens = pieces(text)
            values = [-0.25] * len(tokens)
            if chat:
                entries = [
                    {"token": t, "logprob": v, "bytes": list(t.encode()), "top_logprobs": [{"token": t, "logprob": v}]}
                    for t, v in zip(tokens, values, strict=True)
                ]
                return {**choice, "logprobs": {"content": entries}}
            return {**choice, "logprobs": {"tokens": tokens, "token_logprobs": values, "top_logprobs": None}}
        return {**choice, "logprobs": None}


def _probes(body: Body) -> bool:
    # So few tokens are never asked for in these tests but to find out.
    return body.get("max_tokens", body.get("max_completion_tokens")) in (
        1,
        3,
    )  # what is left of the others is asked for with more


def pieces(text: str) -> list[str]:
    """Its tokens: four characters each."""
    return [text[start : start + 4] for start in range(0, len(text), 4)]


def failure(status: int, message: str, **headers: str) -> Reply:
    """An error as the protocol has it; names of headers with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply({"error": {"message": message, "type": "test"}}, status, named)


class _Handler(BaseHTTPRequestHandler):
    disable_nagle_algorithm = True  # headers and body are sent apart
    protocol_version = "HTTP/1.1"
    fake: FakeServer

    def do_GET(self) -> None:
        self._send(self.fake.answer(self.path, self.headers.get("Authorization"), None))

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.fake.lock:
            self.fake.at_once += 1
            self.fake.most_at_once = max(self.fake.most_at_once, self.fake.at_once)
        try:
            self._send(self.fake.answer(self.path, self.headers.get("Authorization"), body))
        finally:
            with self.fake.lock:
                self.fake.at_once -= 1

    def _send(self, reply: Reply) -> None:
        data = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
        self.send_response(reply.status)
        for name, value in {"Content-Length": str(len(data)), **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if reply.cut:
            self.wfile.write(data[: len(data) // 2])
            self.close_connection = True
            return
        self._write(data, reply.slow)

    def _write(self, data: bytes, slow: float) -> None:
        size = 1 if slow else len(data)
        for start in range(0, len(data), size or 1):
            self.wfile.write(data[start : start + size])
            time.sleep(slow)

    def handle(self) -> None:
        with suppress(OSError):  # the client had enough
            super().handle()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@contextmanager
def serving(fake: FakeServer) -> Iterator[FakeServer]:
    """The server at `fake.url`, until the block ends."""
    handler = type("Handler", (_Handler,), {"fake": fake})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    fake.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
