"""A report as rows: tidy ones (a cell, a violation, a claim, a section, a source), and wide data, a row a report."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from gkllm.form import CellId
from gkllm.report.parts import Suggestion
from gkllm.report.report import Report

Number = int | float


class CellRow(NamedTuple):
    """A cell with its report's particulars. `cell` is the id, `table`, `row` and `column` its parts."""

    source: str
    title: str | None
    issuer: str | None
    year: int | None
    table: str
    edition: str | None
    cell: str
    row: str
    column: str
    label: str
    raw: str
    value: Number | None
    state: str
    reading: str | None
    confidence: float
    needs_review: bool
    doubts: tuple[str, ...]
    reasons: tuple[str, ...]
    span_start: int | None
    span_end: int | None
    page: int | None


class SectionRow(NamedTuple):
    """A section of the report."""

    source: str
    number: int
    title: str
    text: str
    span_start: int
    span_end: int


class ViolationRow(NamedTuple):
    """A broken relation. `suggestions` says each suggestion's changes in one line, each with its slip."""

    source: str
    rule: str
    scope: str
    severity: str
    left: Number | None
    right: Number | None
    difference: Number | None
    verdict: str
    message: str
    message_zh: str
    cells: tuple[str, ...]
    suggestions: tuple[str, ...]


class ClaimRow(NamedTuple):
    """A number that a sentence states. `cells` are the cells of its plain reading, whose sum is meant."""

    source: str
    meaning: str
    value: Number
    quote: str
    certainty: str
    agrees: bool | None
    cells: tuple[str, ...]
    reasons: tuple[str, ...]
    reader: str
    span_start: int
    span_end: int


class SourceRow(NamedTuple):
    """A source and what its extraction came to; `part` is its number among the file's reports.

    `tables` names the tables found, each with its edition."""

    source: str
    media_type: str
    sha256: str
    part: int | None
    encoding: str | None
    title: str | None
    issuer: str | None
    year: int | None
    published: str | None
    tables: tuple[str, ...]
    cells: int
    needs_review: int
    violations: int
    model: str | None
    calls: int
    prompt_tokens: int
    completion_tokens: int
    warnings: tuple[str, ...]


def cell_rows(report: Report) -> Iterator[CellRow]:
    """A row for every cell, in printed order."""
    about = report.report
    for cell in report.cells:
        name = CellId(cell.id)
        info = report.tables.get(name.table)
        yield CellRow(
            source=report.source.name,
            title=about.title,
            issuer=about.issuer,
            year=about.year,
            table=name.table,
            edition=info.edition if info else None,
            cell=cell.id,
            row=name.row,
            column=name.column,
            label=cell.label,
            raw=cell.raw,
            value=cell.value,
            state=cell.state.value,
            reading=cell.reading,
            confidence=cell.confidence,
            needs_review=cell.needs_review,
            doubts=tuple(doubt.kind.value for doubt in cell.doubts),
            reasons=cell.reasons,
            span_start=cell.span.start if cell.span else None,
            span_end=cell.span.end if cell.span else None,
            page=cell.page,
        )


def table_rows(report: Report) -> Iterator[tuple[object, ...]]:
    """A report as one table: a row a cell and, at its end, the report's sections in the first alone."""
    for index, row in enumerate(cell_rows(report)):
        yield *row, None if index else report.sections


def section_rows(report: Report) -> Iterator[SectionRow]:
    """A row for every section, in text order."""
    for section in report.sections:
        span = section.span
        yield SectionRow(
            report.source.name, section.number, section.title, section.text, span.start, span.end
        )


def violation_rows(report: Report) -> Iterator[ViolationRow]:
    """A row for every violation, in the report's order."""
    for violation in report.violations:
        yield ViolationRow(
            source=report.source.name,
            rule=violation.rule,
            scope=violation.scope,
            severity=violation.severity,
            left=violation.left,
            right=violation.right,
            difference=violation.difference,
            verdict=violation.verdict.value,
            message=violation.message.en,
            message_zh=violation.message.zh,
            cells=violation.cells,
            suggestions=tuple(_changes(suggestion) for suggestion in violation.suggestions),
        )


def claim_rows(report: Report) -> Iterator[ClaimRow]:
    """A row for every claim, in the report's order."""
    for claim in report.claims:
        yield ClaimRow(
            source=report.source.name,
            meaning=claim.meaning,
            value=claim.value,
            quote=claim.quote,
            certainty=claim.certainty,
            agrees=claim.agrees,
            cells=claim.readings[0] if claim.readings else (),
            reasons=claim.reasons,
            reader=claim.reader,
            span_start=claim.span.start,
            span_end=claim.span.end,
        )


def source_row(report: Report) -> SourceRow:
    """The report's one row among the sources."""
    return SourceRow(
        source=report.source.name,
        media_type=report.source.media_type,
        sha256=report.source.sha256,
        part=report.source.part.number if report.source.part else None,
        encoding=report.source.encoding,
        title=report.report.title,
        issuer=report.report.issuer,
        year=report.report.year,
        published=report.report.published,
        tables=tuple(f"{name} {info.edition}" for name, info in report.tables.items() if info.found),
        cells=len(report.cells),
        needs_review=sum(cell.needs_review for cell in report.cells),
        violations=len(report.violations),
        model=report.usage.model,
        calls=report.usage.calls,
        prompt_tokens=report.usage.prompt_tokens,
        completion_tokens=report.usage.completion_tokens,
        warnings=report.warnings,
    )


def _changes(suggestion: Suggestion) -> str:
    return ", ".join(
        f"{change.cell}: {change.before} -> {change.after}"
        + (f" ({change.slip.value})" if change.slip else "")
        for change in suggestion.changes
    )


class AboutRow(NamedTuple):
    """What precedes the cells in a report's row of wide data, named as in a store's view `reports_wide`.

    `to_review` counts the cells to review and `review_cells` names them; `broken` counts the relations that do not
    hold. After these come the editions of the tables found, as `TABLE.edition`, then the cells.
    """

    issuer: str | None
    year: int | None
    title: str | None
    published: str | None
    source: str
    part: int | None
    sha256: str
    form: str
    to_review: int
    broken: int
    review_cells: tuple[str, ...]


def about_row(report: Report) -> AboutRow:
    """What precedes the report's cells in a row of wide data."""
    about, part = report.report, report.source.part
    return AboutRow(
        source=report.source.name,
        title=about.title,
        issuer=about.issuer,
        year=about.year,
        published=about.published,
        form=report.form,
        sha256=report.source.sha256,
        part=part.number if part else None,
        to_review=len(report.to_review),
        broken=sum(violation.is_broken for violation in report.violations),
        review_cells=tuple(cell.id for cell in report.to_review),
    )


def editions_row(report: Report) -> dict[str, str]:
    """The editions of the tables found, by the names of their columns in wide data."""
    return {f"{name}.edition": info.edition for name, info in report.tables.items() if info.found}


def wide_table(reports: Iterable[Report]) -> dict[str, list[object]]:
    """Columns of wide data: what is said of each report, then every cell that one of them has, null elsewhere."""
    rows: list[dict[str, object]] = []
    editions: list[str] = []
    cells: list[str] = []
    for report in reports:
        found = editions_row(report)
        rows.append(
            {**about_row(report)._asdict(), **found, **{cell.id: cell.value for cell in report.cells}}
        )
        merge_in(editions, list(found))
        merge_in(cells, [cell.id for cell in report.cells])
    names = (*AboutRow._fields, *editions, *cells)
    return {name: [row.get(name) for row in rows] for name in names}


def merge_in(names: list[str], more: Sequence[str]) -> None:
    """Put those that are new among the names, each after the one that it follows: editions differ in rows."""
    if more == names:
        return
    known = set(names)
    place = 0
    for name in more:
        if name in known:
            place = names.index(name) + 1
        else:
            names.insert(place, name)
            place += 1
