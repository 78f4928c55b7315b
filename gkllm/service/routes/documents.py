"""The document that a report was read from, and its pages."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request, Response

from gkllm.service.answers import ReportRef
from gkllm.service.answers.reports import CellBox, DocumentInfo, PageInfo
from gkllm.service.problems import Problem, Responses, documented
from gkllm.service.service import Here, Reader, Service
from gkllm.show.pictures import PagePicture

router = APIRouter(prefix="/v1/reports/{ref}", tags=["documents"])
_PICTURE: Responses = {200: {"content": {"image/png": {}}}}
Number = Annotated[int, Path(ge=1, le=10_000)]


@router.get("/document", response_model=DocumentInfo, responses=documented(404, 422))
def document(
    ref: ReportRef,
    here: Here,
    _asker: Reader,
    download: Annotated[bool, Query(description="The file itself.")] = False,
) -> Response | DocumentInfo:
    """The document as it is shown, or the file."""
    if not download:
        return here.sources.described(ref)
    content = here.sources.content(ref)
    if content is None:
        raise Problem(404, "the document of this report is gone")
    name = here.sources.name(ref).rpartition("/")[2]
    # Never a type that a browser would open.
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
    return Response(content, media_type="application/octet-stream", headers=headers)


@router.get(
    "/pages/{number}.png",
    response_class=Response,
    responses=_PICTURE | documented(404, 422),
)
def picture(ref: ReportRef, number: Number, request: Request, here: Here, _asker: Reader) -> Response:
    """A page's picture."""
    tag = f'"{ref}-{number}"'
    headers = {"ETag": tag, "Cache-Control": "private, max-age=86400"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(_page(here, ref, number).png, media_type="image/png", headers=headers)


@router.get("/pages/{number}", responses=documented(404, 422))
def page(ref: ReportRef, number: Number, here: Here, _asker: Reader) -> PageInfo:
    """A page's size, and where on it each cell is printed."""
    found = _page(here, ref, number)
    boxes = (
        CellBox(cell=cell.id, box=cell.box)
        for cell in here.sources.report(ref).cells
        if cell.page == number and cell.box
    )
    return PageInfo(number=number, width=found.width, height=found.height, cells=tuple(boxes))


def _page(here: Service, ref: str, number: int) -> PagePicture:
    pages = here.sources.pictures(ref)
    if number > len(pages):
        raise Problem(404, "this document has no page {number}", number=number)
    return pages[number - 1]
