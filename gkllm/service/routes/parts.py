"""What the browser's page shows that gkllm lays out itself: a report's tables and its document."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from gkllm.service.answers.base import ReportRef
from gkllm.service.service import Here, Reader
from gkllm.show.html import render_source, render_tables
from gkllm.show.pictures import is_paged

router = APIRouter(prefix="/page", include_in_schema=False)


@router.get("/reports/{ref}/table")
def table(ref: ReportRef, here: Here, _asker: Reader) -> HTMLResponse:
    """The form's tables of a report as it is decided so far."""
    with here.desk.reviewing(ref) as one:
        report = one.current
    return HTMLResponse(render_tables(report, here.desk.form(report), ref))


@router.get("/reports/{ref}/source")
def source(ref: ReportRef, here: Here, _asker: Reader) -> HTMLResponse:
    """The document of a report: its pages, or its text."""
    report = here.sources.report(ref)
    pages = here.sources.pictures(ref) if is_paged(report.source.media_type) else []
    document = None if pages else here.sources.opened(ref)
    shown = [(p.number, p.width, p.height, f"/v1/reports/{ref}/pages/{p.number}.png") for p in pages]
    return HTMLResponse(render_source(document, report, ref, shown))
