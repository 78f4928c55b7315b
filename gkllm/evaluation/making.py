"""A reviewed report becomes a truth, and with its document a new fixture."""

import hashlib
from collections import Counter
from pathlib import Path

from gkllm.documents.source import Source
from gkllm.errors import ConfigurationError, FixtureError
from gkllm.evaluation.fixture import TRUTH_SUFFIX, Fixture, Truth, problems, write_fixture
from gkllm.evaluation.truth import TrueCell, TrueReport, TrueTable, assess
from gkllm.form import CellId, Form, Forms
from gkllm.report import Cell, Report
from gkllm.results import read_results


def make_fixture(
    results: Path, source: Path | None, folder: Path, note: str, forms: Forms, *, unsettled: bool
) -> Path:
    """Write the document of a result and its truth into the folder; the truth's path.

    `results` holds one report, or several of one document. The fixture is called as the document is.

    Raises:
        ResultsUnusable: the result cannot be read or is none.
        ConfigurationError: it is of several documents, or of a part of one.
        DocumentError: the document cannot be read.
        FixtureError: cells need review, the document is another one, or a fixture of that name is there.
    """
    reports = _reports(results)
    document = source or Path(reports[0].source.file)
    content = Source(str(document), document).load()
    if hashlib.sha256(content).hexdigest() != reports[0].source.sha256:
        raise FixtureError(
            f"{document}: not the document that {results} was read from; name that with --source"
        )
    truths = (truth_of(report, forms[report.form], unsettled=unsettled) for report in reports)
    truth = Truth(note, tuple(truths))
    if found := problems(Fixture(document.stem, document, truth), forms):
        raise FixtureError(f"{results}: {found[0]}")
    path = folder / f"{document.stem}{TRUTH_SUFFIX}"
    if path.exists():
        raise FixtureError(f"{path} is there already; remove it to make it anew")
    write_fixture(folder, document.stem, document.suffix, content, truth)
    return path


def _reports(path: Path) -> list[Report]:
    reports = [stored.report for stored in read_results(path).reports]
    if len({report.source.sha256 for report in reports}) != 1:
        raise ConfigurationError(f"{path}: a fixture is made from one document's reports")
    reports.sort(key=_number)
    of = reports[0].source.part.of if reports[0].source.part else 1
    if [_number(report) for report in reports] != list(range(1, of + 1)):
        raise ConfigurationError(
            f"{path}: a fixture is made from every report of a document, each once, and it holds {of}"
        )
    return reports


def _number(report: Report) -> int:
    return report.source.part.number if report.source.part else 1


def truth_of(report: Report, form: Form, *, unsettled: bool = False) -> TrueReport:
    """What a report says, taken for the truth: a person has looked at it.

    `unsettled` takes over cells that still need review as they are.

    Raises FixtureError where cells need review, or a table's edition is none of the form's.
    """
    open_ = [cell.id for cell in report.cells if cell.needs_review]
    if open_ and not unsettled:
        tables = Counter(CellId(cell_id).table for cell_id in open_)
        where = ", ".join(f"{count} in {table}" for table, count in tables.items())
        raise FixtureError(
            f"{report.source.name}: {len(open_)} cells still need review ({where}), first {open_[0]}; review them, "
            "or take them as they are with --unsettled"
        )
    editions = {table_id: _edition(report, form, table_id) for table_id in report.tables}
    cells = {cell.id: _true_cell(cell) for cell in report.cells}
    relations = form.relations_over(form.table(*table) for table in editions.items())
    broken, _ = assess(relations, cells)
    return TrueReport(
        report=report.report,
        tables={
            table_id: TrueTable(info.found, editions[table_id]) for table_id, info in report.tables.items()
        },
        cells=cells,
        broken=broken,
        form=form.id,
    )


def _edition(report: Report, form: Form, table_id: str) -> str:
    printed = report.tables[table_id].edition
    if printed in form.editions_of(table_id):
        return printed
    raise FixtureError(f"{report.source.name}: the form's table {table_id!r} has no edition {printed!r}")


def _true_cell(cell: Cell) -> TrueCell:
    span = (cell.span.start, cell.span.end) if cell.span else None
    return TrueCell(cell.value, cell.state, cell.raw, None, span)
