"""Files handed over to be read."""

from typing import Annotated, Any, Final, cast

from anyio import to_thread
from fastapi import APIRouter, Header, Request, Response
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from gkllm.documents.archive import ARCHIVE_SUFFIX
from gkllm.documents.formats import SUFFIXES
from gkllm.documents.zipped import SIGNATURE
from gkllm.export.formats import Format
from gkllm.report import Report
from gkllm.service.answers.base import parts_of
from gkllm.service.answers.jobs import JobInfo
from gkllm.service.answers.reports import Limits
from gkllm.service.formats import FormatQuery, asked_format, written
from gkllm.service.jobs import job_info
from gkllm.service.problems import Problem, Responses, documented
from gkllm.service.service import Here, Reader, Service, Writer
from gkllm.service.uploads import Upload, take
from gkllm.store.catalogue import Wanted

router = APIRouter(prefix="/v1", tags=["reports"])

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


@router.get("/limits", responses=documented())
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
