"""The page: who sits at it, its own files, its sentences, which are the catalogue's, and what gkllm lays out for it.

The files' addresses hold the version of all of them, so that a browser keeps them for good and asks for the page alone.
"""

import hashlib
import json
import mimetypes
import re
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from typing import Annotated, get_args

from fastapi import APIRouter, Cookie, Request, Response
from fastapi.responses import HTMLResponse

from gkllm.language import Language, said, speaking
from gkllm.service.answers import ReportRef
from gkllm.service.answers.stats import Beginning, SessionInfo
from gkllm.service.askers import COOKIE, Session
from gkllm.service.problems import Problem, documented
from gkllm.service.service import Here, Reader, Service
from gkllm.show.html import render_source, render_tables, stylesheet
from gkllm.show.pictures import is_paged

router = APIRouter()
_page = partial(router.get, include_in_schema=False)
FOLDER = Path(__file__).parents[1] / "static"
_FIRST = "index.html"
_IN_SCRIPT = re.compile(r'\bsaid\(\s*("(?:[^"\\]|\\.)*")')
_IN_MARKUP = re.compile(r'data-said(?:-\w+)?(?:="([^"]+)"|>([^<]+)<)')
_FOR_GOOD = "public, max-age=31536000, immutable"


@_page("/")
def first(request: Request) -> Response:
    """The page."""
    markup = _files()[_FIRST].read_text(encoding="utf-8")
    for address in ('"/static/', '"/page/'):
        markup = markup.replace(address, f"{address}{version()}/")
    return _sent(request, markup.encode(), "text/html", "no-cache")


Key = Annotated[str | None, Cookie(alias=COOKIE, include_in_schema=False)]


@router.post("/v1/session", tags=["session"], responses=documented(422))
def begin(asked: Beginning, request: Request, response: Response, here: Here) -> SessionInfo:
    """Begin a session: on the machine itself by a name, elsewhere with a token."""
    key, session = here.askers.begin(request, asked.name, asked.token)
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, key, httponly=True, samesite="strict", secure=secure, path="/")
    return _told(here, session)


@router.get("/v1/session", tags=["session"], responses=documented())
def session(here: Here, key: Key = None) -> SessionInfo:
    """The session of the cookie that was sent."""
    found = here.askers.session(key) if key else None
    if found is None:
        raise here.askers.unknown()
    return _told(here, found)


@router.delete("/v1/session", tags=["session"], status_code=204, responses=documented())
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


@_page("/static/{path:path}")
def file(path: str, request: Request) -> Response:
    """A file of the page."""
    # Looked up among the names that there are: what a client writes is never made a path.
    name = path.removeprefix(f"{version()}/")
    found = _files().get(name)
    if found is None:
        raise Problem(404, "there is nothing at this address")
    kind = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
    return _sent(request, found.read_bytes(), kind, "no-cache" if name == path else _FOR_GOOD)


@_page("/page/{of}/view.css")
def look(of: str, request: Request) -> Response:
    """How tables and documents look, here and in the page that stands alone."""
    return _sent(request, stylesheet().encode(), "text/css", _kept(of))


@_page("/page/{of}/words")
def words(of: str, lang: Language, response: Response) -> dict[str, str]:
    """The page's sentences in a language."""
    response.headers["Cache-Control"] = _kept(of)
    return page_words(lang)


@cache
def version() -> str:
    """What tells all that the page is made of from what it is made of after a change."""
    parts = [found.read_bytes() for _, found in sorted(_files().items())]
    told = [json.dumps(page_words(language), sort_keys=True) for language in get_args(Language)]
    whole = b"\0".join([*parts, stylesheet().encode(), *(one.encode() for one in told)])
    return hashlib.sha256(whole).hexdigest()[:16]


def _kept(of: str) -> str:
    return _FOR_GOOD if of == version() else "no-cache"


def _sent(request: Request, content: bytes, kind: str, kept: str) -> Response:
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": kept}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=kind, headers=headers)


@cache
def _files() -> dict[str, Path]:
    return {file.relative_to(FOLDER).as_posix(): file for file in FOLDER.rglob("*") if file.is_file()}


@cache
def page_sentences() -> frozenset[str]:
    """Every sentence that the page's scripts and its markup hold."""
    return frozenset(_found())


@cache
def page_words(language: Language) -> dict[str, str]:
    """What the page says in a language, by the sentence in the code; those that are the same are left out."""
    with speaking(language):
        told = {sentence: said(sentence) for sentence in page_sentences()}
    return {sentence: words for sentence, words in told.items() if words != sentence}


def _found() -> Iterator[str]:
    for name, path in _files().items():
        if name.endswith(".js"):
            yield from (json.loads(text) for text in _IN_SCRIPT.findall(path.read_text(encoding="utf-8")))
        elif name.endswith(".html"):
            told = _IN_MARKUP.findall(path.read_text(encoding="utf-8"))
            yield from (value or inside for value, inside in told)


@_page("/page/reports/{ref}/table")
def table(ref: ReportRef, here: Here, _asker: Reader) -> HTMLResponse:
    """The form's tables of a report as it is decided so far."""
    with here.desk.reviewing(ref) as one:
        report = one.current
    return HTMLResponse(render_tables(report, here.desk.form(report), ref))


@_page("/page/reports/{ref}/source")
def source(ref: ReportRef, here: Here, _asker: Reader) -> HTMLResponse:
    """The document of a report: its pages, or its text."""
    report = here.sources.report(ref)
    pages = here.sources.pictures(ref) if is_paged(report.source.media_type) else []
    document = None if pages else here.sources.opened(ref)
    shown = [(p.number, p.width, p.height, f"/v1/reports/{ref}/pages/{p.number}.png") for p in pages]
    return HTMLResponse(render_source(document, report, ref, shown))
