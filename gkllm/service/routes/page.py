"""The page's own files, which come with the package."""

import hashlib
import mimetypes
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Request, Response

from gkllm.service.problems import Problem

FOLDER = Path(__file__).parents[1] / "static"
_FIRST = "index.html"

router = APIRouter(include_in_schema=False)


@router.get("/")
def first(request: Request) -> Response:
    """The page."""
    return _sent(request, _FIRST)


@router.get("/static/{path:path}")
def file(path: str, request: Request) -> Response:
    """A file of the page."""
    return _sent(request, path)


def _sent(request: Request, path: str) -> Response:
    # Looked up among the names that there are: what a client writes is never made a path.
    found = _files().get(path)
    if found is None:
        raise Problem(404, "there is nothing at this address")
    content = found.read_bytes()
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    kind = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
    return Response(content, media_type=kind, headers=headers)


@cache
def _files() -> dict[str, Path]:
    return {file.relative_to(FOLDER).as_posix(): file for file in FOLDER.rglob("*") if file.is_file()}
