"""The application (routes, errors, what stands before them), and uvicorn, which serves it on a socket.

The server gives slow clients up, and stops when it is told to.
"""

import asyncio
import time
from asyncio import Transport
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPMethod
from importlib.metadata import version
from typing import Any, Final

import uvicorn
from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from gkllm.service.configuration import Configuration
from gkllm.service.guard import Guard
from gkllm.service.problems import MEDIA_TYPE, Problem, ProblemInfo, install
from gkllm.service.routes import ROUTERS
from gkllm.service.service import Service, open_service

_PROBLEM = {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{ProblemInfo.__name__}"}}}
_EVENTS = "text/event-stream"
_METHODS = frozenset(method.value for method in HTTPMethod)
_ABOUT = """Reads China's yearly reports on government information disclosure, checks and reviews them.

Every error is a problem detail (RFC 9457). Sentences are in the language of `Accept-Language`, English or Chinese.
"""


class Counted:
    """Counts requests by their route, and the seconds to the first byte of each answer."""

    def __init__(self, app: ASGIApp, application: FastAPI) -> None:
        self._app = app
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.monotonic()

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                metrics = self._application.state.service.metrics
                route = getattr(scope.get("route"), "path", "")
                # Whatever else a client calls its method would be kept for ever.
                method = scope["method"] if scope["method"] in _METHODS else "other"
                metrics.requests.labels(method, route, message["status"]).inc()
                metrics.seconds.labels(method, route).observe(time.monotonic() - began)
            await send(message)

        await self._app(scope, receive, sending)


def create_app(configuration: Configuration) -> FastAPI:
    """The service as an ASGI application; its store is opened when it starts."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        service = await open_service(configuration)
        app.state.service = service
        try:
            yield
        finally:
            await service.close()

    app = FastAPI(
        title="gkllm",
        version=version("gkllm"),
        description=_ABOUT,
        lifespan=lifespan,
        telemetry={"tracing": False, "metrics": False, "logs": False},
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
    )
    install(app)
    describe(app)
    for router in ROUTERS:
        app.include_router(router)
    app.add_middleware(Counted, application=app)
    if configuration.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(configuration.origins),
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Accept-Language", "Content-Type", "Prefer"],
            expose_headers=["Location", "Retry-After"],
        )
    app.add_middleware(Guard, configuration=configuration)
    return app


def describe(app: FastAPI) -> None:
    """Have the application described so: every error is a problem, and a stream of events is a text to OpenAPI 3.1."""
    made = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            found = made()
            for path in found["paths"].values():
                for route in path.values():
                    _correct(route.get("responses", {}))
            for name in ("HTTPValidationError", "ValidationError"):
                found["components"]["schemas"].pop(name, None)
        return made()

    app.openapi = described  # type: ignore[method-assign]


def _correct(responses: dict[str, Any]) -> None:
    for status, response in responses.items():
        if status >= "400":
            response["content"] = _PROBLEM
        elif _EVENTS in response.get("content", {}):
            response["content"] = {_EVENTS: {"schema": {"type": "string"}}}


_HEAD_SECONDS: Final = 10.0
"""What the head of a request may take, from the connection's beginning or from the end of the answer before."""
_UNREAD_SECONDS: Final = 60.0
"""What a client may take to read what waits for it: 64 kB at most."""
_STOP_SECONDS: Final = 10
"""What requests under way are given when the service is told to stop."""
_CONNECTIONS: Final = 4_000
_FILES: Final = 8_192
"""Files that the process may have open: connections are some."""


class Patient(H11Protocol):
    """Uvicorn waits for a request's head, and for an answer to be read, as long as it takes; a thousand who do neither
    would hold it up."""

    _deadline: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Somebody connects."""
        super().connection_made(transport)
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        """Somebody sends."""
        super().data_received(data)
        under_way = self.cycle is not None and not self.cycle.response_complete
        if under_way and self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        elif not under_way and self._deadline is None:
            self._expect_head()

    def on_response_complete(self) -> None:
        """An answer is sent."""
        super().on_response_complete()
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        super().connection_lost(exc)
        for timer in (self._deadline, self._unread):
            if timer is not None:
                timer.cancel()

    def pause_writing(self) -> None:
        """More waits for the client than may."""
        super().pause_writing()
        # Closed, it would wait for the client to read what is left.
        self._unread = self.loop.call_later(_UNREAD_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """The client has read most of it."""
        super().resume_writing()
        if self._unread is not None:
            self._unread.cancel()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - in English, and no problem detail
        """What was sent is no HTTP."""
        if self.cycle is None or self.cycle.response_complete:
            answer = Problem(400, "this is no request of HTTP").response("/")
            head = [b"HTTP/1.1 400 Bad Request", *map(b": ".join, answer.raw_headers), b"connection: close"]
            self.transport.write(b"\r\n".join([*head, b"", bytes(answer.body)]))
        self.transport.close()

    def _expect_head(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(_HEAD_SECONDS, self._give_up)

    def _give_up(self) -> None:
        self._deadline = None
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()


class Server(uvicorn.Server):
    """A server that lets those who listen to events go first, for they would never leave by themselves."""

    async def shutdown(self, sockets: Any = None) -> None:
        """Stop: no new requests, those under way a while."""
        service: Service | None = getattr(self.config.app.state, "service", None)  # type: ignore[union-attr]
        if service is not None:
            service.reading.stopping = True
            await service.events.close()
        await super().shutdown(sockets)


def server_of(configuration: Configuration) -> Server:
    """The server, which `run` starts."""
    _allow_files()
    return Server(
        uvicorn.Config(
            create_app(configuration),
            host=configuration.host,
            port=configuration.port,
            http=Patient,
            ws="none",
            loop="asyncio",
            lifespan="on",
            limit_concurrency=_CONNECTIONS,
            timeout_keep_alive=int(_HEAD_SECONDS),
            timeout_graceful_shutdown=_STOP_SECONDS,
            server_header=False,
            proxy_headers=False,
            log_level="warning",
        )
    )


def _allow_files() -> None:
    """Raise what the system lets this process have open as far as it may be raised."""
    try:
        import resource
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
