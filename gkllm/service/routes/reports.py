"""Reports: listed, one by one, in every format that there is; and the documents that they were read from."""

from collections.abc import Iterator
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request, Response

from gkllm.report import Report
from gkllm.service.answers import Counted, ReportRef, Words, parts_of
from gkllm.service.answers.reports import CellBox, DocumentInfo, Page, PageInfo
from gkllm.service.formats import MEDIA_TYPES, FormatQuery, WideQuery, asked_format, written
from gkllm.service.problems import Problem, Responses, documented
from gkllm.service.service import Here, Reader, Service
from gkllm.service.views import summary
from gkllm.show.pictures import PagePicture
from gkllm.store.catalogue import Wanted

router = APIRouter(prefix="/v1/reports")
_PICTURE: Responses = {200: {"content": {"image/png": {}}}}
Number = Annotated[int, Path(ge=1, le=10_000)]
Corrected = Annotated[
    bool, Query(description="With what reviewers decided folded in, as review --apply does.")
]
_FILES: Responses = {
    200: {"content": {media: {} for media in MEDIA_TYPES.values() if media != "application/json"}}
}


@router.get("", tags=["reports"], response_model=Page, responses=_FILES | documented(406, 422))
def reports(
    request: Request,
    here: Here,
    _asker: Reader,
    issuer: Words | None = None,
    year: Counted | None = None,
    q: Annotated[Words | None, Query(description="Words in the title, issuer or name.")] = None,
    review: Annotated[Literal["open"] | None, Query(description="Those alone with an open cell.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 50,
    after: Annotated[Counted | None, Query(description="What `next` said.")] = None,
    corrected: Corrected = False,
    named: FormatQuery = None,
    wide: WideQuery = False,
) -> Response | Page:
    """Reports that are asked for, in a page of JSON; or all of them in another format, as a file."""
    format_ = asked_format(request, named)
    here.desk.refresh()
    wanted = Wanted(issuer, year, q or None, open=review == "open")
    if named == "json" or wide or format_ not in (None, "json"):
        format_ = format_ or "json"
        return written(_every(here, wanted, corrected=corrected), format_, "reports", wide=wide)
    found = here.store.catalogue.page(wanted, after, limit)
    opened = here.store.queue.open_of([(listed.sha256, listed.part) for listed in found])
    items = tuple(summary(listed, opened.get((listed.sha256, listed.part), 0)) for listed in found)
    return Page(
        items=items,
        next=str(found[-1].number) if len(found) == limit else None,
        total=here.store.catalogue.count(wanted),
    )


@router.get("/{ref}", tags=["reports"], response_model=Report, responses=_FILES | documented(404, 406))
def report(
    ref: ReportRef,
    request: Request,
    here: Here,
    _asker: Reader,
    corrected: Corrected = False,
    named: FormatQuery = None,
    wide: WideQuery = False,
) -> Response:
    """One report by the output contract, or as a file in another format."""
    format_ = asked_format(request, named) or "json"
    parts = parts_of(ref)
    stored = here.store.catalogue.find(*parts) if parts else None
    if stored is None:
        raise Problem(404, "there is no report {ref}", ref=ref)
    if format_ == "json" and not corrected:
        return Response(stored[1].line, media_type="application/json")
    found = Report.model_validate_json(stored[1].line)
    if corrected:
        found = here.desk.corrected(found)
    if format_ == "json":
        return Response(found.to_json(), media_type="application/json")
    return written([found], format_, ref, single=True, wide=wide)


def _every(here: Service, wanted: Wanted, *, corrected: bool) -> Iterator[Report]:
    for stored in here.store.catalogue.lines(wanted):
        found = Report.model_validate_json(stored.line)
        yield here.desk.corrected(found) if corrected else found


@router.get(
    "/{ref}/document", tags=["documents"], response_model=DocumentInfo, responses=documented(404, 422)
)
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
    "/{ref}/pages/{number}.png",
    tags=["documents"],
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


@router.get("/{ref}/pages/{number}", tags=["documents"], responses=documented(404, 422))
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
