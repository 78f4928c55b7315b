"""What the service keeps: jobs, files handed over until each is read; and tokens, of which only hashes are kept."""

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import ColumnElement, Connection, and_, exists, insert, select, update
from sqlalchemy.exc import IntegrityError

from gkllm.errors import TokenError
from gkllm.store.opening import Connected, timestamp
from gkllm.store.tables import CURRENT_READINGS, FAILURES, JOB_FILES, JOBS, READINGS, REPORTS, TOKENS

Access = Literal["read", "full"]

_RANDOM_BYTES: Final = 32
"""A token is as hard to guess as a key: its hash needs no salt and no slowness."""
_PREFIX: Final = "gkllm_"
_NAME: Final = re.compile(r"[^\s\W](?:[\w .@-]{0,78}[\w.@-])?")
_TOLD: Final = select(TOKENS.c.id, TOKENS.c.name, TOKENS.c.access, TOKENS.c.created, TOKENS.c.revoked)


@dataclass(frozen=True, slots=True)
class Token:
    """A token that was given out: to whom, for what, when, and when it was taken back."""

    number: int
    name: str
    access: Access
    created: str
    revoked: str | None


class Tokens(Connected):
    """The tokens in a store."""

    def add(self, name: str, access: Access) -> str:
        """Give out a token under a name that no other in force has; it can never be shown again.

        Raises:
            TokenError: the name is taken, or is none.
        """
        if not _NAME.fullmatch(name):
            raise TokenError("{name!r}: a name has 1 to 80 characters that can be printed", name=name)
        token = _PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)
        row = {"name": name, "sha256": _hash(token), "access": access, "created": timestamp()}
        try:
            with self._writing() as connection:
                connection.execute(insert(TOKENS).values(row))
        except IntegrityError:
            raise TokenError("{name}: there is a token of this name", name=name) from None
        return token

    def revoke(self, name: str) -> None:
        """Take a token back; whoever has it is refused from now on.

        Raises:
            TokenError: there is none of that name in force.
        """
        t = TOKENS.c
        taken_back = update(TOKENS).where(t.name == name, t.revoked.is_(None)).values(revoked=timestamp())
        with self._writing() as connection:
            if not connection.execute(taken_back).rowcount:
                raise TokenError("{name}: there is no token of this name", name=name)

    def every(self) -> list[Token]:
        """All that were given out, in that order."""
        with self._reading() as connection:
            return [Token(*row) for row in connection.execute(_TOLD.order_by(TOKENS.c.id))]

    def find(self, token: str) -> Token | None:
        """What a token in force is good for; null for any other text."""
        return self._one(TOKENS.c.sha256 == _hash(token))

    def numbered(self, number: int) -> Token | None:
        """The token of that number, while it is in force."""
        return self._one(TOKENS.c.id == number)

    def _one(self, which: ColumnElement[bool]) -> Token | None:
        wanted = _TOLD.where(which, TOKENS.c.revoked.is_(None))
        with self._reading() as connection:
            row = connection.execute(wanted).one_or_none()
        return Token(*row) if row else None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


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
