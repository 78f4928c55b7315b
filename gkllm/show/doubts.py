"""What is doubtful of a report, for a web page: each question with its candidates, its relations and its reasons."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gkllm.checking.evaluate import Residual
from gkllm.checking.sentences import number, suggestion_in_words
from gkllm.form import CellId, CellPlace, Form
from gkllm.language import said, spoken
from gkllm.report import Cell, CellState, Report
from gkllm.review.corrected import sides
from gkllm.review.describe import content_of, fitting, question, scope_in_words, sums, term_labels
from gkllm.show.form_view import PageLinks, asked_about, mark_of, told
from gkllm.terminal.words import reasons_of, table_of
from gkllm.wording import word

_FEW = 2


@dataclass(frozen=True, slots=True)
class NamedCell:
    """A cell that something speaks of."""

    address: str
    label: str
    value: str
    mark: str


@dataclass(frozen=True, slots=True)
class ShownRelation:
    """A relation of a cell. `look` is broken, advice, holds or open (it cannot be assessed), `sums` both sides, `left`
    and `right` the cells added up there, zeros of long sums left out."""

    look: str
    sums: str
    statement: str
    about: str
    operator: str
    left: tuple[NamedCell, ...]
    right: tuple[NamedCell, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A way to read what is printed; `read` is the one that was taken."""

    value: str
    words: str
    read: bool


@dataclass(frozen=True, slots=True)
class ShownDoubt:
    """A question about a cell, or about all of a table that was not found. `before` and `after` are the addresses of
    the questions beside it, empty at the ends; `place` is empty where the source does not show the cell."""

    name: str
    cell: str
    place: str
    before: str
    after: str
    label: str
    question: str
    value: str
    mark: str
    told: str
    confidence: str
    candidates: tuple[Candidate, ...]
    reasons: tuple[str, ...]
    relations: tuple[ShownRelation, ...]
    suggestions: tuple[str, ...]


def shown_doubts(
    report: Report, form: Form, links: PageLinks, placed: frozenset[str]
) -> Iterator[ShownDoubt]:
    """Every question about a report, in printed order; `placed` are the cells whose places are on the page."""
    cells = {cell.id: cell for cell in report.cells}
    asked = asked_about(report)
    names = [links.doubt(cell) for cell in asked]
    tables = {table: table_of(report, form, table) for table in report.tables}
    labels = {c: at for table in tables.values() for c, at in table.places.items()}
    for position, (cell_id, together) in enumerate(asked.items()):
        cell = cells[cell_id]
        table = tables[CellId(cell_id).table]
        yield ShownDoubt(
            name=names[position],
            cell=links.to_cell(cell_id),
            place=links.to_place(cell_id) if cell_id in placed else "",
            before=f"#{names[position - 1]}" if position else "",
            after=f"#{names[position + 1]}" if position + 1 < len(names) else "",
            label=cell.label if together == 1 else f"{table.section}、{table.title}",
            question=question(cell, together),
            value=value_of(cell),
            mark=mark_of(cell),
            told=told(mark_of(cell)),
            confidence=said("confidence {share}", share=f"{cell.confidence:.0%}"),
            candidates=tuple(_candidates(cell)),
            reasons=reasons_of(cell),
            relations=tuple(_relations(report, form, cell, cells, links)),
            suggestions=tuple(_suggestions(report, cell_id, labels)),
        )


def named_cell(cell: Cell, label: str, links: PageLinks) -> NamedCell:
    """A cell as something speaks of it, by that label."""
    return NamedCell(links.to_cell(cell.id), label, value_of(cell), mark_of(cell))


def value_of(cell: Cell) -> str:
    """Digits, else the state by name."""
    if cell.state is CellState.REPORTED:
        return number(cell.value)
    return said(cell.state.value.replace("_", " "))


def _candidates(cell: Cell) -> Iterator[Candidate]:
    for one in cell.candidates:
        words = str(word("reading", one.reading, spoken()))
        yield Candidate(number(one.value), words, one.value == cell.value)


def _relations(
    report: Report, form: Form, cell: Cell, cells: Mapping[str, Cell], links: PageLinks
) -> Iterator[ShownRelation]:
    for residual in sides(report, form, cell.id, content_of(cell)):
        relation = residual.relation
        labels = term_labels(report, form, relation)
        left, right = (
            tuple(
                named_cell(cells[one], labels[one], links)
                for one in part
                if one in cells and (len(part) <= _FEW or cells[one].value)
            )
            for part in (relation.left, relation.right)
        )
        yield ShownRelation(
            look=_look(residual),
            sums=sums(residual),
            statement=dict(relation.message).get(spoken(), relation.rule),
            about=scope_in_words(report, form, relation),
            operator=relation.operator,
            left=left,
            right=right,
        )


def _look(residual: Residual) -> str:
    if not residual.assessable:
        return "open"
    if residual.holds:
        return "holds"
    return "broken" if residual.relation.severity == "error" else "advice"


def _suggestions(report: Report, cell: str, labels: dict[str, CellPlace]) -> Iterator[str]:
    for suggestion in fitting(report, cell):
        yield suggestion_in_words(suggestion, labels, spoken())
