"""What stands before every request: its name, its size and its pace; and the headers of every answer."""

import asyncio
import logging
import re
import time
from collections.abc import Iterator
from typing import Final
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gkllm.language import Language, speaking
from gkllm.service.configuration import Bounds, Configuration
from gkllm.service.problems import Problem, busy

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_FILES: Final = "/v1/reports"
"""Where files are handed over, which are streamed to the disk."""
_FULL_SECONDS: Final = 10
_GRACE: Final = 30.0
"""Seconds that any body may take, however small."""


class Guard:
    """The outermost part of the application."""

    def __init__(self, app: ASGIApp, configuration: Configuration) -> None:
        self._app = app
        self._configuration = configuration
        self._received = Received(configuration.bounds)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        with speaking(_language(headers, scope["query_string"])):
            answer, body = _Answer(send), None
            try:
                self._require_own_name(headers)
                most = self._most(scope)
                body = _Body(receive, headers, most, self._configuration.bounds, self._received)
                await self._app(scope, body, answer)
            except Problem as problem:
                await self._refuse(problem, scope, receive, answer)
            except Exception as error:
                # What went wrong may name paths and settings, which are no business of the client's.
                logging.getLogger("gkllm").error("%r", scope["path"], exc_info=error)
                unforeseen = Problem(500, "an error that nobody foresaw; the service's log has it")
                await self._refuse(unforeseen, scope, receive, answer)
            finally:
                if body is not None:
                    self._received.forget(body.size)

    async def _refuse(self, problem: Problem, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        # Of an answer that has begun nothing can be taken back: the connection ends in its middle.
        if not answer.begun:
            await problem.response(scope["path"])(scope, receive, answer)

    def _most(self, scope: Scope) -> int:
        """The bytes that the request's body may have: what holds no files is held in memory."""
        bounds = self._configuration.bounds
        return bounds.request_bytes if scope["path"] == _FILES else bounds.message_bytes

    def _require_own_name(self, headers: Headers) -> None:
        name = headers.get("host", "").lower()
        if not self._configuration.answers_to(re.sub(r":\d+$", "", name)):
            raise Problem(
                421, "{name}: this service is not called that (--allow-host names others)", name=name
            )


class Received:
    """The bytes of all requests that are under way, which stand on the disk or in memory."""

    def __init__(self, bounds: Bounds) -> None:
        self._most = bounds.received_bytes
        self._bytes = 0

    def add(self, size: int) -> None:
        """Take in more.

        Raises:
            Problem: there is no room for it.
        """
        self._bytes += size
        if self._bytes > self._most:
            raise busy("too much is being received already", _FULL_SECONDS)

    def forget(self, size: int) -> None:
        """Let go of a request's."""
        self._bytes -= size


class _Body:
    """The messages of a request, whose body keeps to the bounds.

    What does not ends the request with an exception that passes through the application.
    """

    def __init__(
        self, receive: Receive, headers: Headers, most: int, bounds: Bounds, received: Received
    ) -> None:
        self._receive = receive
        self._most = most
        self._bounds = bounds
        self._all = received
        self._began = time.monotonic()
        self.size = 0
        self._ended = False
        stated = headers.get("content-length", "")
        if stated.isdigit() and int(stated) > most:
            raise self._too_large()

    async def __call__(self) -> Message:
        if self._ended:
            # Only that the client is gone can still come.
            return await self._receive()
        bounds = self._bounds
        left = self._began + _GRACE + self.size / bounds.least_rate - time.monotonic()
        try:
            message = await asyncio.wait_for(self._receive(), max(0.0, min(left, bounds.idle_seconds)))
        except TimeoutError:
            raise Problem(408, "the request came too slowly", headers={"Connection": "close"}) from None
        came = len(message.get("body", b""))
        self.size += came
        self._all.add(came)
        self._ended = not message.get("more_body", False)
        if self.size > self._most:
            raise self._too_large()
        return message

    def _too_large(self) -> Problem:
        return Problem(
            413,
            "a request like this may have {most} kB; files can come in several",
            most=self._most // 1_000,
            headers={"Connection": "close"},
            members={"most": self._most},
        )


class _Answer:
    """`send`, with the headers that every answer has; whether the answer has begun."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.begun = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("Cache-Control", "no-store")
        await self._send(message)


def _language(headers: Headers, query: bytes) -> Language:
    """The language that is asked for: by the address, or else the first that is known of those the client takes."""
    asked = parse_qs(query.decode("latin-1")).get("lang", [])
    for name in (*asked, *_accepted(headers.get("accept-language", ""))):
        code = re.split(r"[-_]", name.strip().lower())[0]
        if code == "zh" or code == "en":
            return "zh" if code == "zh" else "en"
    return "en"


def _accepted(header: str) -> Iterator[str]:
    weighed: list[tuple[float, str]] = []
    for entry in header.split(","):
        name, _, weight = entry.partition(";")
        found = re.fullmatch(r"\s*q=([01](?:\.\d{0,3})?)\s*", weight)
        weighed.append((-float(found[1]) if found else -1.0, name))
    yield from (name for weight, name in sorted(weighed, key=lambda pair: pair[0]) if weight)
