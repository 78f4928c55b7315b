"""What has become of files that were handed over."""

from collections.abc import AsyncIterator
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Depends
from fastapi.sse import EventSourceResponse, ServerSentEvent

from gkllm.service.answers.jobs import JobInfo, JobList
from gkllm.service.jobs import job_info, summary_of
from gkllm.service.problems import Problem, documented
from gkllm.service.service import Here, Reader, Room, Service
from gkllm.store.jobs import Job

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])
_MOST = 50


def _own(here: Service, job_id: str, owner: str) -> Job:
    found = here.store.jobs.find(job_id)
    # Another's is not told from one that does not exist.
    if found is None or found.owner != owner:
        raise Problem(404, "there is no job {job}", job=job_id)
    return found


def _found(job_id: str, here: Here, asker: Reader) -> Job:
    return _own(here, job_id, asker.owner)


Found = Annotated[Job, Depends(_found)]


@router.get("", responses=documented())
def jobs(here: Here, asker: Reader) -> JobList:
    """The asker's own, the newest first."""
    found = here.store.jobs.of(asker.owner, _MOST)
    return JobList(items=tuple(summary_of(here.store.jobs, job) for job in found))


@router.get("/{job_id}", responses=documented(404))
def job(found: Found, here: Here) -> JobInfo:
    """One of the asker's own, with its files."""
    return job_info(here.store.jobs, found)


@router.get("/{job_id}/events", response_class=EventSourceResponse, responses=documented(404, 429))
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
