"""Errors as problem details (RFC 9457), in the language that is asked for."""

import errno
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from gkllm.errors import GkllmError, LogUnusable, ResultsUnusable
from gkllm.language import later, said

MEDIA_TYPE: Final = "application/problem+json"
_RETRY_SECONDS: Final = 5
_FULL: Final = (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC))


class Flaw(BaseModel):
    """What is wrong with one value of a request."""

    place: str
    message: str


class ProblemInfo(BaseModel):
    """Why a request was not answered. A kind may have members of its own besides these."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=["urn:gkllm:problem:not-found"])
    title: str
    status: int
    detail: str
    instance: str | None = None
    errors: tuple[Flaw, ...] | None = None


_KINDS: Final[Mapping[int, tuple[str, str]]] = {
    400: ("invalid", later("The request cannot be understood")),
    401: ("unauthorized", later("Who asks is not known")),
    403: ("forbidden", later("This is not allowed")),
    404: ("not-found", later("There is no such thing")),
    405: ("method-not-allowed", later("This is not done here")),
    406: ("not-acceptable", later("There is no such format")),
    408: ("too-slow", later("The request came too slowly")),
    409: ("conflict", later("Somebody else was first")),
    413: ("too-large", later("The request is too large")),
    415: ("unsupported-media-type", later("The request is of another kind")),
    421: ("misdirected", later("This service has another name")),
    422: ("invalid", later("A value cannot be used")),
    428: ("precondition", later("Something is missing that prevents a mistake")),
    429: ("too-many", later("There is too much to do")),
    500: ("internal", later("The service made a mistake")),
    503: ("unavailable", later("The service cannot answer now")),
}


class Problem(GkllmError):
    """A request that is not answered, and why; `members` are added to the answer, `headers` to its head."""

    def __init__(
        self,
        status: int,
        sentence: str,
        /,
        *,
        members: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        **particulars: object,
    ) -> None:
        super().__init__(sentence, **particulars)
        self.status = status
        self.members = members or {}
        self.headers = dict(headers or {})

    def response(self, instance: str) -> Response:
        """The answer."""
        kind, title = _KINDS[self.status]
        body = {
            "type": f"urn:gkllm:problem:{kind}",
            "title": said(title),
            "status": self.status,
            "detail": str(self),
            "instance": instance,
            **self.members,
        }
        return JSONResponse(body, self.status, self.headers, MEDIA_TYPE)


def busy(sentence: str, seconds: int, **particulars: object) -> Problem:
    """What is refused for now: it may be asked again in so many seconds."""
    return Problem(429, sentence, members=None, headers={"Retry-After": str(seconds)}, **particulars)


def install(app: FastAPI) -> None:
    """Have every error of the application answered so."""

    @app.exception_handler(Problem)
    async def _problem(request: Request, error: Problem) -> Response:
        return error.response(request.url.path)

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        if isinstance(error.__cause__, Problem):
            # The body was refused while it was being parsed.
            return error.__cause__.response(request.url.path)
        status = error.status_code if error.status_code in _KINDS else 400
        told = Problem(status, _sentence(status), headers=error.headers)
        return told.response(request.url.path)

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> Response:
        flaws = [
            {"place": ".".join(str(part) for part in flaw["loc"]), "message": flaw["msg"]}
            for flaw in error.errors()
        ]
        told = Problem(422, "{count} values cannot be used", members={"errors": flaws}, count=len(flaws))
        return told.response(request.url.path)

    @app.exception_handler(OSError)
    async def _system(request: Request, error: OSError) -> Response:
        if error.errno not in _FULL:
            raise error
        logging.getLogger("gkllm").error("%s", error)
        told = Problem(503, "the disk is full", headers={"Retry-After": str(_RETRY_SECONDS)})
        return told.response(request.url.path)

    @app.exception_handler(GkllmError)
    async def _own(request: Request, error: GkllmError) -> Response:
        if isinstance(error, ResultsUnusable | LogUnusable):
            logging.getLogger("gkllm").error("%s", error)
            told = Problem(503, "the store cannot be used", headers={"Retry-After": str(_RETRY_SECONDS)})
        else:
            told = Problem(422, "{error}", error=error)
        return told.response(request.url.path)


def _sentence(status: int) -> str:
    sentences = {
        404: later("there is nothing at this address"),
        405: later("this address does not take this method"),
    }
    return sentences.get(status, HTTPStatus(status).phrase)


Responses = dict[int | str, dict[str, Any]]


def documented(*statuses: int) -> Responses:
    """What a route tells the interface's description of its problems."""
    return {
        status: {"description": HTTPStatus(status).phrase, "model": ProblemInfo}
        for status in sorted({401, 403, *statuses})
    }
