"""Reports: listed, one by one, in every format; and the documents that they were read from."""

from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import Annotated, BinaryIO, Final, Literal, cast
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request, Response
from starlette.background import BackgroundTask
from starlette.responses import StreamingResponse

from gkllm.export.formats import Format, open_exporter
from gkllm.export.tables import Wide
from gkllm.form import load_forms
from gkllm.report import Report
from gkllm.service.answers import Counted, ReportRef, Words, parts_of
from gkllm.service.answers.reports import CellBox, DocumentInfo, Page, PageInfo
from gkllm.service.problems import Problem, Responses, documented
from gkllm.service.service import Here, Reader, Service
from gkllm.service.views import summary
from gkllm.show.pictures import PagePicture
from gkllm.store.catalogue import Wanted

MEDIA_TYPES: Final[dict[Format, str]] = {
    "json": "application/json",
    "jsonl": "application/x-ndjson",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "dta": "application/x-stata-dta",
}
FormatQuery = Annotated[
    Literal["json", "jsonl", "csv", "xlsx", "parquet", "dta"] | None,
    Query(alias="format", description="The format, where the Accept header cannot name it, as in a link."),
]
WideQuery = Annotated[
    bool, Query(description="In csv, xlsx and parquet a row a report, a column a cell; dta always has that.")
]
_CHUNK: Final = 256 * 1024


def asked_format(request: Request, named: Format | None) -> Format | None:
    """The format that is asked for, by name or by the header Accept; null where that takes anything.

    Raises:
        Problem: it takes none of those that there are.
    """
    if named is not None:
        return named
    accepted = request.headers.get("accept", "")
    ranges = [entry.partition(";") for entry in accepted.split(",") if entry.strip()]
    weighed = sorted(ranges, key=lambda entry: -_weight(entry[2]))
    for name, _, parameters in weighed:
        media = name.strip().lower()
        if not _weight(parameters):
            continue
        if media in ("*/*", "application/*", "application/problem+json"):
            return None
        if media == "text/*":
            return "csv"
        for format_, known in MEDIA_TYPES.items():
            if media == known:
                return format_
    if not ranges:
        return None
    raise Problem(406, "there are {formats}", formats=", ".join(MEDIA_TYPES.values()))


def _weight(parameters: str) -> float:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


def written(
    reports: Iterable[Report], format_: Format, name: str, *, single: bool = False, wide: bool = False
) -> Response:
    """Reports as a file to be kept, written to disk before it is sent so that an error is not sent as half a file."""
    layout = Wide(load_forms()) if wide or format_ == "dta" else None
    stream = cast(BinaryIO, TemporaryFile())  # noqa: SIM115 - closed when it is sent
    try:
        exporter = open_exporter(format_, stream, single=single, wide=layout)
        for report in reports:
            exporter.write(report)
        exporter.finish()
    except BaseException:
        stream.close()
        raise
    size = stream.tell()
    stream.seek(0)
    headers = {"Content-Length": str(size)}
    if format_ != "json":
        headers["Content-Disposition"] = f'attachment; filename="{name}.{format_}"'
    return StreamingResponse(
        _chunks(stream),
        media_type=MEDIA_TYPES[format_] + ("; charset=utf-8" if format_ == "csv" else ""),
        headers=headers,
        background=BackgroundTask(stream.close),
    )


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    while chunk := stream.read(_CHUNK):
        yield chunk


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
