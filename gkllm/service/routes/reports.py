"""Reports: listed, one by one, and in every format that there is."""

from collections.abc import Iterator
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from gkllm.report import Report
from gkllm.service.answers import Counted, ReportRef, Words, parts_of
from gkllm.service.answers.reports import Page
from gkllm.service.formats import MEDIA_TYPES, FormatQuery, WideQuery, asked_format, written
from gkllm.service.problems import Problem, Responses, documented
from gkllm.service.service import Here, Reader, Service
from gkllm.service.views import summary
from gkllm.store.catalogue import Wanted

router = APIRouter(prefix="/v1/reports", tags=["reports"])
Corrected = Annotated[
    bool, Query(description="With what reviewers decided folded in, as review --apply does.")
]
_FILES: Responses = {
    200: {"content": {media: {} for media in MEDIA_TYPES.values() if media != "application/json"}}
}


@router.get("", response_model=Page, responses=_FILES | documented(406, 422))
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


@router.get("/{ref}", response_model=Report, responses=_FILES | documented(404, 406))
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
