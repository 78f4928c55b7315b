"""Jobs: files handed to the service, kept until each of them is read."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, exists, insert, select, update

from gkllm.store.opening import Connected, timestamp
from gkllm.store.tables import CURRENT_READINGS, FAILURES, JOB_FILES, JOBS, READINGS, REPORTS


@dataclass(frozen=True, slots=True)
class JobFile:
    """A file of a job: its name as it was given, its document, and when it was done with."""

    name: str
    document: int
    finished: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """Files handed over together. `finished` is when the last of them was done with."""

    id: str
    owner: str
    created: str
    finished: str | None
    files: tuple[JobFile, ...]


@dataclass(frozen=True, slots=True)
class Came:
    """What a document came to: each report's bytes and part and its cells to review, each failure's kind and line."""

    reports: tuple[tuple[str, int | None, int], ...] = ()
    failures: tuple[tuple[str, str], ...] = ()


class Jobs(Connected):
    """The jobs in a store."""

    def accept(self, job: Job, content: str) -> str:
        """Keep a job; its id, or that of the same owner's with the same content that has not failed."""
        j = JOBS.c
        with self._writing(lone=True) as connection:
            # Else two that hand over the same at once would both not find the other's.
            same = select(j.id).where(j.owner == job.owner, j.content == content, ~_failed()).limit(1)
            known = connection.scalar(same)
            if known is not None:
                return str(known)
            row = {"id": job.id, "owner": job.owner, "content": content, "created": job.created}
            connection.execute(insert(JOBS).values(row | {"finished": job.finished}))
            rows = [
                {
                    "job_id": job.id,
                    "position": n,
                    "name": f.name,
                    "document_id": f.document,
                    "finished": f.finished,
                }
                for n, f in enumerate(job.files)
            ]
            connection.execute(insert(JOB_FILES), rows)
        return job.id

    def finish(self, job: str, document: int) -> bool:
        """Note that a job's document is done with, wherever it stands among the files; whether all of them are now."""
        f, now = JOB_FILES.c, timestamp()
        waiting = exists().where(f.job_id == job, f.finished.is_(None))
        with self._writing(lone=True) as connection:
            done = update(JOB_FILES).where(f.job_id == job, f.document_id == document, f.finished.is_(None))
            connection.execute(done.values(finished=now))
            last = update(JOBS).where(JOBS.c.id == job, JOBS.c.finished.is_(None), ~waiting)
            connection.execute(last.values(finished=now))
            # Another process may have seen to the last.
            return connection.scalar(select(JOBS.c.finished).where(JOBS.c.id == job)) is not None

    def find(self, job: str) -> Job | None:
        """A job with its files in their order."""
        return next(iter(self._jobs(JOBS.c.id == job)), None)

    def of(self, owner: str, limit: int) -> list[Job]:
        """An owner's jobs, the newest first."""
        newest = select(JOBS.c.id).where(JOBS.c.owner == owner).order_by(JOBS.c.created.desc()).limit(limit)
        return sorted(self._jobs(JOBS.c.id.in_(newest)), key=lambda job: job.created, reverse=True)

    def unfinished(self) -> list[Job]:
        """Every job with a file that is not done with, the oldest first."""
        return sorted(self._jobs(JOBS.c.finished.is_(None)), key=lambda job: job.created)

    def came(self, documents: Sequence[int]) -> dict[int, Came]:
        """What documents came to when they were read last; those that were not read are left out."""
        c, r, f = CURRENT_READINGS.c, REPORTS.c, FAILURES.c
        found: dict[int, Came] = {}
        with self._reading() as connection:
            readings = select(c.id, c.document_id).where(c.document_id.in_(documents))
            of = {row.id: row.document_id for row in connection.execute(readings)}
            reports = select(r.reading_id, r.sha256, r.part, r.to_review).where(r.reading_id.in_(of))
            failures = select(f.reading_id, f.kind, f.message).where(f.reading_id.in_(of))
            told = connection.execute(reports.order_by(r.reading_id, r.position)).all()
            failed = connection.execute(failures.order_by(f.reading_id, f.position)).all()
        for reading, document in of.items():
            found[document] = Came(
                tuple((row.sha256, row.part, row.to_review) for row in told if row.reading_id == reading),
                tuple((row.kind, row.message) for row in failed if row.reading_id == reading),
            )
        return found

    def _jobs(self, which: ColumnElement[bool]) -> list[Job]:
        j = JOBS.c
        with self._reading() as connection:
            jobs = connection.execute(select(j.id, j.owner, j.created, j.finished).where(which)).all()
            return [Job(*row, files=_files(connection, row.id)) for row in jobs]


def _files(connection: Connection, job: str) -> tuple[JobFile, ...]:
    f = JOB_FILES.c
    rows = select(f.name, f.document_id, f.finished).where(f.job_id == job).order_by(f.position)
    return tuple(JobFile(*row) for row in connection.execute(rows))


def _failed() -> ColumnElement[bool]:
    """Of a job that is finished: whether a document of it was not read."""
    f, r = JOB_FILES.c, READINGS.c
    # A document that failed is to be read again, for what it failed of may be mended.
    failed = exists().where(f.job_id == JOBS.c.id, f.document_id == r.document_id, r.failures > 0)
    return and_(JOBS.c.finished.is_not(None), failed)
