"""The application: routes, errors, and what stands before them."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPMethod
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gkllm.service.configuration import Configuration
from gkllm.service.guard import Guard
from gkllm.service.problems import MEDIA_TYPE, ProblemInfo, install
from gkllm.service.routes import ROUTERS
from gkllm.service.service import open_service

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
