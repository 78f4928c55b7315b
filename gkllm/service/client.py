"""How a Python program asks the service: typed, over HTTP.

with Client("http://127.0.0.1:8001", token="gkllm_…") as client:
    job = client.wait(client.hand_over([Path("report.pdf")]).id)
    reports = [client.report(ref) for file in job.files for ref in file.reports]
"""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal, Self, TypeVar

import httpx2
from pydantic import BaseModel

from gkllm.errors import ServiceError
from gkllm.language import Language, spoken
from gkllm.report import CellState, Report
from gkllm.service.answers.relations import Relations
from gkllm.service.answers.reports import DocumentInfo, JobInfo, JobList, Limits, Page
from gkllm.service.answers.review import Decided, Queue, ReviewInfo, UndoInfo
from gkllm.service.answers.stats import CheckInfo, StatsInfo

_SECONDS: Final = 60.0
_ATTEMPTS: Final = 6
"""Times that is asked again what the service has no room for; it says how long to wait."""
_BETWEEN: Final = 0.5

Handed = Path | tuple[str, bytes | BinaryIO]
Answered = TypeVar("Answered", bound=BaseModel)


class Refused(ServiceError):
    """The service's answer is a problem: its `status`, its `kind` such as "conflict", and all that it says of it."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__("{status}: {detail}", status=status, detail=str(problem.get("detail", "")))
        self.status = status
        self.kind = str(problem.get("type", "")).rpartition(":")[2]
        self.problem = problem


class Client:
    """A connection to a service. `transport` is for tests, which have the service in their own process.

    Raises, from every method:
        Refused: the service does not do what it is asked for.
        ServiceError: it cannot be reached.
    """

    def __init__(
        self,
        address: str,
        token: str | None = None,
        *,
        language: Language | None = None,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        headers = {"Accept-Language": language or spoken(), "Accept": "application/json"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        self._http = httpx2.Client(base_url=address, headers=headers, timeout=_SECONDS, transport=transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()

    def hand_over(self, files: Sequence[Handed], *, wait: bool = True) -> JobInfo:
        """Have files read, paths or names with bytes; with `wait` small ones are done when this returns."""
        headers = {} if wait else {"Prefer": "respond-async"}
        with ExitStack() as opened:
            parts = [("files", _part(file, opened)) for file in files]
            return JobInfo.model_validate_json(
                self._sent("POST", "/v1/reports", files=parts, headers=headers)
            )

    def job(self, job: str) -> JobInfo:
        """What has become of files that were handed over."""
        return self._get(JobInfo, f"/v1/jobs/{job}")

    def jobs(self) -> JobList:
        """One's own jobs, the newest first."""
        return self._get(JobList, "/v1/jobs")

    def wait(self, job: str, seconds: float = 3600.0) -> JobInfo:
        """A job when it is done.

        Raises:
            ServiceError: it takes longer.
        """
        ends = time.monotonic() + seconds
        while True:
            found = self.job(job)
            if found.state == "done":
                return found
            if time.monotonic() > ends:
                raise ServiceError("{job}: not done within {seconds:g} s", job=job, seconds=seconds)
            time.sleep(_BETWEEN)

    def reports(self, *, limit: int = 50, after: str | None = None, **wanted: str | int) -> Page:
        """A page of reports: `issuer`, `year`, `q` and `review` ("open") say which."""
        return self._get(Page, "/v1/reports", limit=limit, after=after, **wanted)

    def report(self, ref: str, *, corrected: bool = False) -> Report:
        """A report by the output contract."""
        return self._get(Report, f"/v1/reports/{ref}", corrected=corrected)

    def export(
        self,
        format_: Literal["json", "jsonl", "csv", "xlsx", "parquet", "dta"],
        stream: BinaryIO,
        *,
        wide: bool = False,
        corrected: bool = False,
        **wanted: str | int,
    ) -> None:
        """Write the reports that are wanted to a stream, in a format of `gkllm export`."""
        query = {"format": format_, "wide": wide, "corrected": corrected, **wanted}
        with self._http.stream("GET", "/v1/reports", params=query) as answer:
            if answer.is_error:
                answer.read()
                raise _refused(answer)
            for chunk in answer.iter_bytes():
                stream.write(chunk)

    def review(self, ref: str) -> ReviewInfo:
        """A report as it is reviewed."""
        return self._get(ReviewInfo, f"/v1/reports/{ref}/review")

    def document(self, ref: str) -> DocumentInfo:
        """The document of a report as it is shown."""
        return self._get(DocumentInfo, f"/v1/reports/{ref}/document")

    def queue(self, *, limit: int = 100, after: str | None = None, report: str | None = None) -> Queue:
        """What is open, the most valuable first."""
        return self._get(Queue, "/v1/queue", limit=limit, after=after, report=report)

    def relations(self, ref: str, cell: str, value: int | float | None = None) -> Relations:
        """A cell's relations, as they stand if it holds the value."""
        return self._get(Relations, f"/v1/reports/{ref}/relations", cell=cell, value=value)

    def decide(
        self,
        ref: str,
        cell: str,
        content: int | float | CellState,
        *,
        expected: str | None,
        overrule: bool = False,
        note: str | None = None,
    ) -> Decided:
        """Decide what a cell holds: a number, or a state. `expected` is the last decision that was seen on it.

        Raises:
            Refused: of kind "conflict" where there is a newer one.
        """
        held: dict[str, object] = {"value": content, "state": "reported"}
        if isinstance(content, CellState):
            held = {"value": None, "state": content.value}
        asked = {"cell": cell, **held, "expected": expected, "overrule": overrule, "note": note}
        return Decided.model_validate_json(self._sent("POST", f"/v1/reports/{ref}/decisions", json=asked))

    def note(self, ref: str, cell: str, text: str) -> None:
        """Keep words about a cell."""
        self._sent("POST", f"/v1/reports/{ref}/notes", json={"cell": cell, "text": text})

    def undo(self) -> UndoInfo:
        """Take back one's last decision."""
        return UndoInfo.model_validate_json(self._sent("POST", "/v1/undo"))

    def stats(self) -> StatsInfo:
        """The store in numbers."""
        return self._get(StatsInfo, "/v1/stats")

    def check(self, issuer: str | None = None, tree: Sequence[tuple[str, str]] = ()) -> CheckInfo:
        """Reports checked again, and against each other; `tree` are pairs of parent and child."""
        asked = {"issuer": issuer, "tree": [list(pair) for pair in tree]}
        return CheckInfo.model_validate_json(self._sent("POST", "/v1/check", json=asked))

    def limits(self) -> Limits:
        """What may be handed over at once."""
        return self._get(Limits, "/v1/limits")

    def events(self, since: int | None = None) -> Iterator[tuple[str, dict[str, Any]]]:
        """What happens, as it comes: each event's name and its data."""
        query = {} if since is None else {"since": since}
        timeout = httpx2.Timeout(_SECONDS, read=None)
        with self._http.stream("GET", "/v1/events", params=query, timeout=timeout) as answer:
            if answer.is_error:
                answer.read()
                raise _refused(answer)
            yield from _told(answer.iter_lines())

    def _get(self, shape: type[Answered], path: str, **query: object) -> Answered:
        asked = {name: value for name, value in query.items() if value is not None}
        return shape.model_validate_json(self._sent("GET", path, params=asked))

    def _sent(self, method: str, path: str, **what: Any) -> bytes:
        for attempt in range(_ATTEMPTS):
            try:
                answer = self._http.request(method, path, **what)
            except httpx2.HTTPError as error:
                raise ServiceError("the service cannot be reached: {error}", error=error) from error
            if answer.status_code == httpx2.codes.TOO_MANY_REQUESTS and attempt + 1 < _ATTEMPTS:
                time.sleep(float(answer.headers.get("Retry-After", 1)))
                _rewind(what.get("files", ()))
                continue
            if answer.is_error:
                raise _refused(answer)
            return answer.content
        raise AssertionError("the last attempt returns or raises")


def _part(file: Handed, opened: ExitStack) -> tuple[str, bytes | BinaryIO]:
    return (file.name, opened.enter_context(file.open("rb"))) if isinstance(file, Path) else file


def _rewind(parts: Sequence[tuple[str, tuple[str, bytes | BinaryIO]]]) -> None:
    for _, (_, content) in parts:
        if not isinstance(content, bytes):
            content.seek(0)


def _refused(answer: httpx2.Response) -> Refused:
    try:
        problem = answer.json()
    except ValueError:
        problem = {}
    return Refused(answer.status_code, problem if isinstance(problem, dict) else {})


def _told(lines: Iterator[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    name, data = "", list[str]()
    for line in lines:
        if line.startswith("event:"):
            name = line[6:].strip()
        elif line.startswith("data:"):
            data.append(line[5:].strip())
        elif not line and data:
            yield name, json.loads("\n".join(data))
            name, data = "", []
