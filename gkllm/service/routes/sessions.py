"""The page's sessions: who sits at the browser."""

from typing import Annotated

from fastapi import APIRouter, Cookie, Request, Response

from gkllm.service.answers.stats import Beginning, SessionInfo
from gkllm.service.askers import COOKIE, Session
from gkllm.service.problems import documented
from gkllm.service.service import Here, Reader, Service

router = APIRouter(prefix="/v1/session", tags=["session"])
Key = Annotated[str | None, Cookie(alias=COOKIE, include_in_schema=False)]


@router.post("", responses=documented(422))
def begin(asked: Beginning, request: Request, response: Response, here: Here) -> SessionInfo:
    """Begin a session: on the machine itself by a name, elsewhere with a token."""
    key, session = here.askers.begin(request, asked.name, asked.token)
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, key, httponly=True, samesite="strict", secure=secure, path="/")
    return _told(here, session)


@router.get("", responses=documented())
def session(here: Here, key: Key = None) -> SessionInfo:
    """The session of the cookie that was sent."""
    found = here.askers.session(key) if key else None
    if found is None:
        raise here.askers.unknown()
    return _told(here, found)


@router.delete("", status_code=204, responses=documented())
def end(response: Response, here: Here, _asker: Reader, key: Key = None) -> None:
    """End it."""
    if key:
        here.askers.end(key)
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")


def _told(here: Service, session: Session) -> SessionInfo:
    return SessionInfo(
        name=session.name,
        access=here.askers.access(session),
        csrf=session.csrf,
        needs_token=here.configuration.needs_token,
    )
