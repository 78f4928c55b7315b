"""The interface as OpenAPI describes it, corrected where the framework says what is not so."""

from typing import Any

from fastapi import FastAPI

from gkllm.service.problems import MEDIA_TYPE, ProblemInfo

_PROBLEM = {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{ProblemInfo.__name__}"}}}
_EVENTS = "text/event-stream"
_METHODS = ("get", "post", "put", "delete")


def describe(app: FastAPI) -> None:
    """Have the application described so: every error is a problem, and a stream of events is a text to OpenAPI 3.1."""
    made = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            found = made()
            for path in found["paths"].values():
                for method in _METHODS:
                    _correct(path.get(method, {}).get("responses", {}))
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
