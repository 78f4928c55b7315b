"""Who asks: a program with a token, a person with the page's session, or whoever sits at the machine itself."""

import getpass
import secrets
import time
from dataclasses import dataclass
from hmac import compare_digest
from threading import Lock
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request

from gkllm.language import later
from gkllm.service.configuration import Configuration
from gkllm.service.problems import Problem
from gkllm.store.service import Access
from gkllm.store.store import Store

COOKIE: Final = "gkllm_session"
CSRF_HEADER: Final = "X-CSRF-Token"
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_SECONDS: Final = 12 * 3600
"""A working day, after which a person says again who they are."""
_MOST: Final = 10_000


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks and what they may. `owner` is whose jobs are theirs, `name` who their decisions are by, `token` the
    number of the token that they have, null on the machine itself."""

    name: str
    access: Access
    owner: str
    token: int | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """A person at the page. `token` is the number of the token it began with, null on the machine itself."""

    name: str
    csrf: str
    token: int | None
    ends: float


class Askers:
    """Tells askers by what they send."""

    def __init__(self, configuration: Configuration, store: Store) -> None:
        self._configuration = configuration
        self._store = store
        self._sessions: dict[str, Session] = {}
        self._lock = Lock()

    def tell(self, request: Request) -> Asker:
        """Who asks.

        Raises:
            Problem: nobody that is known; or a page of another site.
        """
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme:
            return self._by_token(token.strip() if scheme.lower() == "bearer" else "")
        self._require_own_page(request)
        key = request.cookies.get(COOKIE)
        session = self.session(key) if key else None
        if session is not None:
            if request.method not in _SAFE and not compare_digest(
                request.headers.get(CSRF_HEADER, "").encode(), session.csrf.encode()
            ):
                raise Problem(403, "the header {header} is missing or wrong", header=CSRF_HEADER)
            return self._of_session(session)
        if self._configuration.needs_token or key:
            raise self.unknown()
        return Asker(local_name(), "full", "")

    def session(self, key: str) -> Session | None:
        """A session that has not ended."""
        with self._lock:
            session = self._sessions.get(key)
            if session is not None and session.ends < time.monotonic():
                del self._sessions[key]
                return None
            return session

    def begin(self, request: Request, name: str | None, token: str | None) -> tuple[str, Session]:
        """A session for a person, by a token or, on the machine itself, by name alone; its key and itself."""
        self._require_own_page(request)
        number, who = None, (name or "").strip() or local_name()
        if token is not None:
            known = self._store.tokens.find(token)
            if known is None:
                raise self.unknown()
            number, who = known.number, known.name
        elif self._configuration.needs_token:
            raise self.unknown()
        key = secrets.token_urlsafe(32)
        session = Session(who, secrets.token_urlsafe(32), number, time.monotonic() + _SECONDS)
        with self._lock:
            while len(self._sessions) >= _MOST:
                del self._sessions[next(iter(self._sessions))]
            self._sessions[key] = session
        return key, session

    def end(self, key: str) -> None:
        """End a session."""
        with self._lock:
            self._sessions.pop(key, None)

    def access(self, session: Session) -> Access:
        """What a session may do."""
        return self._of_session(session).access

    def unknown(self) -> Problem:
        """Nobody that is known."""
        needs = self._configuration.needs_token
        sentence = later("a token is needed") if needs else later("the session has ended")
        return Problem(
            401,
            sentence,
            members={"needs_token": needs},
            headers={"WWW-Authenticate": 'Bearer realm="gkllm"'},
        )

    def _of_session(self, session: Session) -> Asker:
        if session.token is None:
            return Asker(session.name, "full", "")
        token = self._store.tokens.numbered(session.token)
        if token is None:
            raise self.unknown()
        return Asker(token.name, token.access, token.name, token.number)

    def _by_token(self, text: str) -> Asker:
        token = self._store.tokens.find(text)
        if token is None:
            raise Problem(
                401,
                "this token is not known, or was taken back",
                members={"needs_token": self._configuration.needs_token},
                headers={"WWW-Authenticate": 'Bearer realm="gkllm", error="invalid_token"'},
            )
        return Asker(token.name, token.access, token.name, token.number)

    def _require_own_page(self, request: Request) -> None:
        """Refuse what a page of another site has a browser send, which sends our cookies along."""
        site = request.headers.get("sec-fetch-site", "none")
        origin = request.headers.get("origin")
        named = urlsplit(origin).netloc.lower() if origin else None
        foreign = named is not None and named != request.headers.get("host", "").lower()
        if request.method not in _SAFE and (foreign or site not in ("none", "same-origin")):
            raise Problem(403, "a page of another site may not ask this")


def local_name() -> str:
    """What the machine calls whoever started the service."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "local"
