"""In which format reports are asked for, and reports written in it."""

from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import Annotated, BinaryIO, Final, Literal, cast

from fastapi import Query
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from gkllm.export.formats import Format, open_exporter
from gkllm.export.tables import Wide
from gkllm.form import load_forms
from gkllm.report import Report
from gkllm.service.problems import Problem

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
