"""Jobs as the interface shows them."""

from collections.abc import Mapping

from gkllm.service.answers.base import ref_of
from gkllm.service.answers.jobs import FailureInfo, FileInfo, JobInfo, JobSummary, State
from gkllm.store.jobs import Came, Job, JobFile, Jobs

_NOTHING = Came()


def job_info(jobs: Jobs, job: Job) -> JobInfo:
    """A job with its files."""
    came = jobs.came([file.document for file in job.files if file.finished])
    files = tuple(_file(file, came) for file in job.files)
    done = sum(file.state != "waiting" for file in files)
    return JobInfo(
        id=job.id,
        state=_state(job, done),
        created=job.created,
        finished=job.finished,
        total=len(files),
        done=done,
        failed=sum(file.state == "failed" for file in files),
        reports=sum(len(file.reports) for file in files),
        to_review=sum(file.to_review for file in files),
        files=files,
    )


def summary_of(jobs: Jobs, job: Job) -> JobSummary:
    """A job in numbers."""
    return JobSummary(**job_info(jobs, job).model_dump(exclude={"files"}))


def _state(job: Job, done: int) -> State:
    if job.finished:
        return "done"
    return "running" if done else "waiting"


def _file(file: JobFile, came: Mapping[int, Came]) -> FileInfo:
    if not file.finished:
        return FileInfo(name=file.name, state="waiting")
    found = came.get(file.document, _NOTHING)
    return FileInfo(
        name=file.name,
        state="failed" if found.failures and not found.reports else "done",
        reports=tuple(ref_of(sha256, part) for sha256, part, _ in found.reports),
        to_review=sum(to_review for _, _, to_review in found.reports),
        failures=tuple(FailureInfo(kind=kind, message=message) for kind, message in found.failures),
    )
