"""Reports and their cells as the interface shows them, in the language that is spoken."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from itertools import groupby

from gkllm.checking.evaluate import Number, Residual, counted, counted_values
from gkllm.checking.sentences import slip_in_words, suggestion_in_words
from gkllm.form import CellId, CellPlace, Form, Row, Table
from gkllm.language import spoken
from gkllm.report import Cell, CellState, Report, Suggestion, Violation
from gkllm.review.corrected import broken, sides
from gkllm.review.describe import fitting, labels, scope_in_words, sums, term_labels, verdict_line
from gkllm.review.log import Content, Decision
from gkllm.service.answers import ref_of
from gkllm.service.answers.relations import RelationInfo, Term, Weighed
from gkllm.service.answers.reports import FailureInfo, FileInfo, JobInfo, JobSummary, State, Summary
from gkllm.service.answers.review import (
    Block,
    ChangeInfo,
    ColumnInfo,
    DecisionInfo,
    Fault,
    Option,
    RowInfo,
    SuggestionInfo,
    TableShape,
)
from gkllm.store.catalogue import Listed
from gkllm.store.service import Came, Job, JobFile, Jobs
from gkllm.terminal.words import table_of
from gkllm.wording import word


def summary(listed: Listed, open_cells: int) -> Summary:
    """A report in a line."""
    about = {"id": ref_of(listed.sha256, listed.part), "name": listed.source, "open": open_cells}
    return Summary.model_validate(asdict(listed) | about)


def decision_info(decision: Decision) -> DecisionInfo:
    """A decision."""
    return DecisionInfo(
        id=decision.id,
        cell=decision.cell,
        reviewer=decision.reviewer,
        time=decision.time.isoformat(),
        value=decision.after.value,
        state=decision.after.state,
        reason=decision.reason,
        note=decision.note,
    )


def options(cell: Cell) -> tuple[Option, ...]:
    """The ways to read a cell."""
    return tuple(
        Option(value=c.value, reading=c.reading, words=str(word("reading", c.reading, spoken())))
        for c in cell.candidates
    )


def table_shapes(report: Report, form: Form) -> Iterator[TableShape]:
    """The report's tables as the form prints them."""
    known = {cell.id for cell in report.cells}
    for table_id, info in report.tables.items():
        table = table_of(report, form, table_id)
        yield TableShape(
            id=table.id,
            title=f"{table.section}、{table.title}",
            title_en=table.english,
            found=info.found,
            edition=info.edition,
            layout=table.layout,
            blocks=tuple(_blocks(table, known)),
        )


def _blocks(table: Table, known: set[str]) -> Iterator[Block]:
    for (heading, _), rows in groupby(table.rows, key=lambda row: (row.headed_by, row.headings)):
        found = tuple(rows)
        columns = (
            ColumnInfo(id=c.id, label=c.label, english=c.english, unit=c.unit, groups=c.groups)
            for c in found[0].columns
        )
        shown = tuple(_row(table, row, known) for row in found)
        yield Block(heading=heading, columns=tuple(columns), rows=shown)


def _row(table: Table, row: Row, known: set[str]) -> RowInfo:
    ids = (CellId.of(table.id, row.id, column.id) for column in row.columns)
    cells = tuple(cell if cell in known else None for cell in ids)
    return RowInfo(id=row.id, label=row.label, english=row.english, groups=row.groups, cells=cells)


def places_of(report: Report, form: Form) -> dict[str, CellPlace]:
    """Where the form prints each of the report's cells."""
    return {cell: at for table in report.tables for cell, at in table_of(report, form, table).places.items()}


def fault(report: Report, form: Form, violation: Violation) -> Fault:
    """A relation that does not hold."""
    places = places_of(report, form)
    return Fault(
        rule=violation.rule,
        scope=violation.scope,
        severity=violation.severity,
        verdict=violation.verdict.value,
        message=getattr(violation.message, spoken()),
        cells=violation.cells,
        suggestions=tuple(suggestion_info(one, places) for one in violation.suggestions),
    )


def suggestion_info(suggestion: Suggestion, places: dict[str, CellPlace]) -> SuggestionInfo:
    """Changes that would satisfy a relation."""
    changes = tuple(
        ChangeInfo(
            cell=change.cell,
            before=change.before,
            after=change.after,
            slip=change.slip.value if change.slip else None,
            slip_words=slip_in_words(change.slip, spoken()) if change.slip else None,
        )
        for change in suggestion.changes
    )
    return SuggestionInfo(words=suggestion_in_words(suggestion, places, spoken()), changes=changes)


def fitting_suggestions(report: Report, form: Form, cell: str) -> Iterator[SuggestionInfo]:
    """What would reconcile the report by changing the cell, as far as its values are as they were then."""
    places = places_of(report, form)
    for suggestion in fitting(report, cell):
        yield suggestion_info(suggestion, places)


def relation_infos(
    report: Report, form: Form, cell: str, content: Content, found: Iterable[Residual]
) -> Iterator[RelationInfo]:
    """The relations of a cell that holds the content."""
    values = {**counted_values(report), cell: counted(content.state, content.value)}
    for residual in found:
        relation = residual.relation
        named = term_labels(report, form, relation)
        yield RelationInfo(
            rule=relation.rule,
            statement=dict(relation.message).get(spoken(), relation.rule),
            about=scope_in_words(report, form, relation),
            scope=relation.scope,
            severity=relation.severity,
            operator=relation.operator,
            assessable=residual.assessable,
            holds=residual.holds,
            left=residual.left,
            right=residual.right,
            difference=residual.difference,
            words=verdict_line(report, form, residual).plain,
            sums=sums(residual),
            left_terms=tuple(_terms(relation.left, named, values)),
            right_terms=tuple(_terms(relation.right, named, values)),
        )


def weighed(report: Report, form: Form, read: Report, cell: str) -> Iterator[Weighed]:
    """What becomes of a cell's relations under each way to read its print, which `read` as it was extracted has."""
    for candidate in next(one for one in read.cells if one.id == cell).candidates:
        found = sides(report, form, cell, Content(value=candidate.value, state=CellState.REPORTED))
        holding = sum(side.assessable and side.holds for side in found)
        yield Weighed(value=candidate.value, holds=holding, broken=len(broken(found)))


def _terms(
    cells: tuple[str, ...], labels: dict[str, str], values: dict[str, Number | None]
) -> Iterator[Term]:
    for cell in cells:
        yield Term(cell=cell, label=labels[cell], value=values.get(cell))


def both_labels(report: Report, form: Form, cell: str) -> dict[str, str]:
    """What a cell is called."""
    chinese, english = labels(report, form, cell)
    return {"label": chinese, "label_en": english}


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
