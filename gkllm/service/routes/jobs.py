"""Files handed over to be read, and what becomes of them."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, Final, cast

from anyio import to_thread
from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from gkllm.documents.collection import ARCHIVE_SUFFIX
from gkllm.documents.formats import SUFFIXES
from gkllm.documents.zipped import SIGNATURE
from gkllm.export.formats import Format
from gkllm.report import Report
from gkllm.service.answers import parts_of
from gkllm.service.answers.reports import JobInfo, JobList, Limits
from gkllm.service.problems import Problem, Responses, documented
from gkllm.service.routes.reports import FormatQuery, asked_format, written
from gkllm.service.service import Here, Reader, Room, Service, Writer
from gkllm.service.uploads import Upload, take
from gkllm.service.views import job_info, summary_of
from gkllm.store.catalogue import Wanted
from gkllm.store.service import Job

router = APIRouter(prefix="/v1")
_MOST: Final = 50
"""Jobs that are listed."""
_FIELD: Final = "files"
_ACCEPTED: Final[Responses] = {
    202: {"model": JobInfo, "description": "Accepted; what becomes of it is told at Location."}
}
_FILE: Final = {"type": "string", "format": "binary", "contentMediaType": "application/octet-stream"}
"""As OpenAPI 3.1 has it, and as 3.0 had it, which generators of clients go by."""
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": [_FIELD],
                    "properties": {
                        _FIELD: {
                            "type": "array",
                            "items": _FILE,
                        }
                    },
                }
            }
        },
    }
}


@router.post(
    "/reports",
    tags=["reports"],
    response_model=JobInfo,
    responses=_ACCEPTED | documented(406, 408, 413, 415, 422, 429, 503),
    openapi_extra=_BODY,
)
async def hand_over(
    request: Request,
    here: Here,
    asker: Writer,
    named: FormatQuery = None,
    prefer: Annotated[str, Header()] = "",
) -> Response:
    """Have files read: reports in any format, or archives of them.

    Few and small ones are answered at once, with the job that is done or with the reports in the format that is asked
    for; others, and all with `Prefer: respond-async`, with a job that goes on. The same files again are the same job.
    """
    format_ = asked_format(request, named)
    here.reading.require_room()
    job_id, small = await _accept(request, here, asker.owner, at_once="respond-async" not in prefer)
    if small:
        await here.reading.until_done(job_id, here.configuration.bounds.sync_seconds)
    return await to_thread.run_sync(_answer, here, job_id, format_)


@router.get("/limits", tags=["reports"], responses=documented())
def limits(here: Here, _asker: Reader) -> Limits:
    """What may be handed over in one request."""
    bounds = here.configuration.bounds
    return Limits(
        max_file_bytes=bounds.file_bytes,
        max_request_bytes=bounds.request_bytes,
        max_files=bounds.files,
        suffixes=(*SUFFIXES, ARCHIVE_SUFFIX),
    )


async def _accept(request: Request, here: Service, owner: str, *, at_once: bool) -> tuple[str, bool]:
    """The job that the files became, and whether its client waits for it."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise Problem(415, "files come as multipart/form-data")
    bounds = here.configuration.bounds
    try:
        form = await request.form(max_files=bounds.files, max_fields=10, max_part_size=10_000)
    except HTTPException as error:
        raise Problem(422, "the parts cannot be told apart: {reason}", reason=error.detail) from error
    try:
        files = [
            value for name, value in form.multi_items() if name == _FIELD and isinstance(value, UploadFile)
        ]
        if not files:
            raise Problem(422, "no file came: a part is called {name}", name=_FIELD)
        size = sum(file.size or 0 for file in files)
        here.metrics.received.inc(size)
        few = len(files) <= bounds.sync_files and size <= bounds.sync_bytes
        packed = SIGNATURE in [await file.read(len(SIGNATURE)) for file in files]
        uploads = [Upload(file.filename or "", cast(Any, file.file), file.size or 0) for file in files]
        async with here.unpacking(alone=packed or not few):
            taken = await to_thread.run_sync(take, uploads, bounds)
            small = at_once and few and len(taken) <= bounds.sync_files
            return await here.reading.accept(taken, owner, late=not small), small
    finally:
        await form.close()


def _answer(here: Service, job_id: str, format_: Format | None) -> Response:
    job = here.store.jobs.find(job_id)
    assert job is not None, "it was accepted"
    told = job_info(here.store.jobs, job)
    if job.finished and format_ not in (None, "json"):
        among = [parts for file in told.files for ref in file.reports if (parts := parts_of(ref))]
        lines = here.store.catalogue.lines(Wanted(among=among))
        return written((Report.model_validate_json(stored.line) for stored in lines), format_, "reports")
    headers = {"Location": f"/v1/jobs/{job_id}"}
    return JSONResponse(told.model_dump(mode="json"), 200 if job.finished else 202, headers)


def _own(here: Service, job_id: str, owner: str) -> Job:
    found = here.store.jobs.find(job_id)
    # Another's is not told from one that does not exist.
    if found is None or found.owner != owner:
        raise Problem(404, "there is no job {job}", job=job_id)
    return found


def _found(job_id: str, here: Here, asker: Reader) -> Job:
    return _own(here, job_id, asker.owner)


Found = Annotated[Job, Depends(_found)]


@router.get("/jobs", tags=["jobs"], responses=documented())
def jobs(here: Here, asker: Reader) -> JobList:
    """The asker's own, the newest first."""
    found = here.store.jobs.of(asker.owner, _MOST)
    return JobList(items=tuple(summary_of(here.store.jobs, job) for job in found))


@router.get("/jobs/{job_id}", tags=["jobs"], responses=documented(404))
def job(found: Found, here: Here) -> JobInfo:
    """One of the asker's own, with its files."""
    return job_info(here.store.jobs, found)


@router.get(
    "/jobs/{job_id}/events", tags=["jobs"], response_class=EventSourceResponse, responses=documented(404, 429)
)
async def job_events(found: Found, here: Here, asker: Reader, _room: Room) -> AsyncIterator[ServerSentEvent]:
    """The job as it stands now, and whenever something of it has changed; the stream ends with the job."""
    job_id = found.id
    with here.events.listening(asker) as listener:
        told = await to_thread.run_sync(_info, here, job_id, asker.owner)
        yield ServerSentEvent(event="job", raw_data=told.model_dump_json())
        if told.state == "done":
            return
        async for event in here.events.of(listener):
            if event.name != "job" or event.data["id"] != job_id:
                continue
            told = await to_thread.run_sync(_info, here, job_id, asker.owner)
            yield ServerSentEvent(event="job", raw_data=told.model_dump_json())
            if told.state == "done":
                return


def _info(here: Service, job_id: str, owner: str) -> JobInfo:
    return job_info(here.store.jobs, _own(here, job_id, owner))
