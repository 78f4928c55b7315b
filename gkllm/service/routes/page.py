"""The page's own files, which come with the package.

Their addresses hold the version of all of them, so that a browser keeps them for good and asks for the page alone.
"""

import hashlib
import json
import mimetypes
from functools import cache
from pathlib import Path
from typing import get_args

from fastapi import APIRouter, Request, Response

from gkllm.language import Language
from gkllm.service.problems import Problem
from gkllm.service.words import page_words
from gkllm.show.html import stylesheet

FOLDER = Path(__file__).parents[1] / "static"
_FIRST = "index.html"
_FOR_GOOD = "public, max-age=31536000, immutable"

router = APIRouter(include_in_schema=False)


@router.get("/")
def first(request: Request) -> Response:
    """The page."""
    markup = _files()[_FIRST].read_text(encoding="utf-8")
    for address in ('"/static/', '"/page/'):
        markup = markup.replace(address, f"{address}{version()}/")
    return _sent(request, markup.encode(), "text/html", "no-cache")


@router.get("/static/{path:path}")
def file(path: str, request: Request) -> Response:
    """A file of the page."""
    # Looked up among the names that there are: what a client writes is never made a path.
    name = path.removeprefix(f"{version()}/")
    found = _files().get(name)
    if found is None:
        raise Problem(404, "there is nothing at this address")
    kind = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
    return _sent(request, found.read_bytes(), kind, "no-cache" if name == path else _FOR_GOOD)


@router.get("/page/{of}/view.css")
def look(of: str, request: Request) -> Response:
    """How tables and documents look, here and in the page that stands alone."""
    return _sent(request, stylesheet().encode(), "text/css", _kept(of))


@router.get("/page/{of}/words")
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
