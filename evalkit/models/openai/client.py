"""Requests to a server until they succeed, are refused, or have failed too often.

Tried again: no connection, a time-out, a body that was cut off, one that is not what the protocol says, and the
statuses below. The wait doubles with every attempt and is spread at random, so that requests which failed together do
not come back together (exponential backoff with jitter); a server that says when (Retry-After) is believed, and then no
other request is sent before that time either.
"""

import asyncio
import json
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx2

from evalkit.models.openai.address import is_loopback

Result = TypeVar("Result")

RETRIED = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
FIRST_WAIT = 0.5  # seconds before the second attempt; doubled for each one after
LONGEST_WAIT = 60.0
LONGEST_RETRY_AFTER = 600.0  # a server that wants more has no time for this run; it is resumed later
LARGEST_BODY = 2**26
SHOWN = 300  # characters of a server's own words in a message


class Refused(Exception):
    """The server understood and says no: asking again would not help."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status}: {message}")
        self.status, self.message = status, message


class GaveUp(Exception):
    """Every attempt failed; the text is the reason of the last one. `connected`: there was an answer once."""

    def __init__(self, reason: str, connected: bool) -> None:
        super().__init__(reason)
        self.connected = connected


class Malformed(ValueError):
    """An answer that is not what the protocol says."""


class _Again(Exception):
    def __init__(self, reason: str, after: float | None = None, connected: bool = True, hopeless: bool = False) -> None:
        super().__init__(reason)
        self.after, self.connected, self.hopeless = after, connected, hopeless


@dataclass(frozen=True)
class Access:
    """How a server is asked. `timeout` is in seconds for one attempt, body included; the key is never shown."""

    base_url: str
    key: str | None
    timeout: float
    retries: int

    def __repr__(self) -> str:
        return f"Access({self.base_url!r})"

    def without_key(self, text: str) -> str:
        """A text that may come from the server, in one short line, the key blotted out."""
        plain = text.replace(self.key, "***") if self.key else text
        line = " ".join(plain.split())
        return line if len(line) <= SHOWN else f"{line[:SHOWN]}..."


class Client:
    """An open connection pool of one event loop."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._free_at = 0.0  # by time.monotonic: when the server wants to be asked again
        headers = {"Authorization": f"Bearer {access.key}"} if access.key else {}
        self._http = httpx2.AsyncClient(
            headers=headers,
            timeout=httpx2.Timeout(access.timeout),
            limits=httpx2.Limits(max_connections=None),
            verify=access.base_url.startswith("https:"),  # reading certificates takes longer than a local answer
            trust_env=not is_loopback(access.base_url),
        )

    async def __aenter__(self) -> Self:
        await self._http.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.__aexit__(kind, error, trace)

    async def ask(self, path: str, body: Mapping[str, object] | None, read: Callable[[Any], Result]) -> Result:
        """What `read` makes of the answer to a POST of `body`, or to a GET without one, which is tried once.

        `read` may raise Malformed.

        Raises Refused and GaveUp.
        """
        connected, retries = False, 0 if body is None else self._access.retries
        for attempt in range(retries + 1):
            await self._wait_for_server()
            try:
                return read(await self._once(path, body))
            except Malformed as error:
                failure = _Again(self._access.without_key(f"its answer is not of the protocol: {error}"))
            except _Again as error:
                failure = error
            connected = connected or failure.connected
            if failure.hopeless or (failure.after or 0) > LONGEST_RETRY_AFTER or attempt == retries:
                break
            await self._back_off(attempt, failure.after)
        tried = "" if attempt == 0 else f" (tried {attempt + 1} times)"
        raise GaveUp(f"{failure}{tried}", connected)

    async def _back_off(self, attempt: int, after: float | None) -> None:
        if after is not None:
            self._free_at = max(self._free_at, time.monotonic() + after)
            await asyncio.sleep(random.uniform(0, 0.1) * after)
            return
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2**attempt)
        await asyncio.sleep(wait * random.uniform(0.5, 1.0))

    async def _wait_for_server(self) -> None:
        while (left := self._free_at - time.monotonic()) > 0:
            await asyncio.sleep(left)

    async def _once(self, path: str, body: Mapping[str, object] | None) -> Any:
        try:
            async with asyncio.timeout(self._access.timeout):
                status, headers, data = await self._exchange(path, body)
        except (TimeoutError, httpx2.TimeoutException):
            raise _Again(f"no whole answer within {self._access.timeout:g} s") from None
        except httpx2.TransportError as error:
            opened = not isinstance(error, httpx2.ConnectError | httpx2.ProxyError | httpx2.UnsupportedProtocol)
            words = self._access.without_key(str(error) or type(error).__name__)
            raise _Again(f"the connection failed: {words}", connected=opened) from None
        return self._content(status, headers, data)

    async def _exchange(self, path: str, body: Mapping[str, object] | None) -> tuple[int, Mapping[str, str], bytes]:
        url = f"{self._access.base_url}/{path}"
        async with self._http.stream("GET" if body is None else "POST", url, json=body) as response:
            data = bytearray()
            async for part in response.aiter_bytes():
                data += part
                if len(data) > LARGEST_BODY:
                    raise _Again(f"its answer is longer than {LARGEST_BODY} bytes", hopeless=True)
            return response.status_code, response.headers, bytes(data)

    def _content(self, status: int, headers: Mapping[str, str], data: bytes) -> Any:
        if 200 <= status < 300:
            try:
                return json.loads(data)
            except (ValueError, RecursionError):
                raise _Again("its answer is not JSON") from None
        words = self._access.without_key(_words(data)) or "no reason given"
        if status not in RETRIED:
            raise Refused(status, words)
        raise _Again(f"{status}: {words}", _seconds(headers.get("retry-after")), hopeless=_is_spent(data))


def _words(data: bytes) -> str:
    """What a server says in an error's body, whichever of the usual shapes it has."""
    text = data.decode("utf-8", "replace")
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return text
    if not isinstance(body, dict):
        return text
    found = body.get("error", body.get("detail", body.get("message", text)))
    if isinstance(found, dict):
        found = found.get("message", found)
    return found if isinstance(found, str) else json.dumps(found)


def _is_spent(data: bytes) -> bool:
    """Whether a 429 means that the account is used up, which no waiting mends."""
    return b'"insufficient_quota"' in data


def _seconds(header: str | None) -> float | None:
    """Retry-After: seconds, or a date (RFC 9110, section 10.2.3); None for anything else."""
    if header is None:
        return None
    if header.strip().isdecimal():
        return float(header)
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None
