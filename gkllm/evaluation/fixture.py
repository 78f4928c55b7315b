"""A labelled document: the file, and beside it `<id>.truth.json` with what each report in it says, if that can be."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked_dataclass

from gkllm.data_file import first_flaw
from gkllm.documents.document import collapse
from gkllm.documents.formats import open_document
from gkllm.errors import DocumentError, FixtureError
from gkllm.evaluation.truth import TrueCell, TrueReport, assess
from gkllm.form import CellId, Form, Forms, Table
from gkllm.forms import FIRST
from gkllm.language import reason_of, said
from gkllm.report import CellState

TRUTH_SUFFIX = ".truth.json"


@checked_dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Truth:
    """A truth file. `note` says where the document is from; `reports` stand in the document's order."""

    note: str
    reports: tuple[TrueReport, ...]


@dataclass(frozen=True, slots=True)
class Fixture:
    """A document and its truth. `id` is the truth file's name without its suffix."""

    id: str
    document: Path
    truth: Truth


def find_fixtures(folder: Path) -> tuple[Path, ...]:
    """The folder's truth files, sorted.

    Raises FixtureError where there is no such folder or it holds none.
    """
    found = tuple(sorted(folder.glob(f"*{TRUTH_SUFFIX}")))
    if not found:
        raise FixtureError(
            "{folder}: no fixture here; one is a document with its {suffix} beside it",
            folder=folder,
            suffix=TRUTH_SUFFIX,
        )
    return found


def fixture_id(truth_path: Path) -> str:
    """Such as `yinzhou-2019` for `fixtures/yinzhou-2019.truth.json`."""
    return truth_path.name.removesuffix(TRUTH_SUFFIX)


def load_fixture(truth_path: Path) -> Fixture:
    """The fixture of a truth file; what it says is not checked here (see `problems`).

    Raises FixtureError where the file is no truth, with the place, or the document is not beside it.
    """
    name = fixture_id(truth_path)
    beside = [
        path
        for path in sorted(truth_path.parent.glob(f"{name}.*"))
        if path.stem == name and path != truth_path and path.is_file()
    ]
    if len(beside) != 1:
        found = ", ".join(path.name for path in beside) or "none"
        raise FixtureError(
            "{truth_path}: it needs one document {name}.* beside it, and there is {found}",
            truth_path=truth_path,
            name=name,
            found=found,
        )
    return Fixture(name, beside[0], load_truth(truth_path))


def load_truth(path: Path) -> Truth:
    """The truth in a file.

    Raises FixtureError where it cannot be read or is not of the format, with the place.
    """
    try:
        return _adapter().validate_json(path.read_bytes())
    except OSError as error:
        raise FixtureError("{path}: {reason}", path=path, reason=reason_of(error)) from error
    except ValidationError as error:
        raise FixtureError("{path}: {flaw}", path=path, flaw=first_flaw(error)) from None


def write_fixture(folder: Path, name: str, suffix: str, content: bytes, truth: Truth) -> None:
    """Write the document and its truth. A file that stands there already is replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}{suffix}").write_bytes(content)
    (folder / f"{name}{TRUTH_SUFFIX}").write_text(dump_truth(truth), encoding="utf-8")


def dump_truth(truth: Truth) -> str:
    """The truth as JSON to be read and edited by people: a line a cell, `noise` and `span` only where known,
    `form` only where it is not the first."""
    reports = ",\n".join("".join(_report_lines(report)) for report in truth.reports)
    return f'{{\n  "note": {_json(truth.note)},\n  "reports": [\n{reports}\n  ]\n}}\n'


def _report_lines(report: TrueReport) -> Iterator[str]:
    particulars = {name: getattr(report.report, name) for name in type(report.report).model_fields}
    tables = {name: {"found": table.found, "edition": table.edition} for name, table in report.tables.items()}
    yield "    {\n"
    if report.form != FIRST:
        yield f'      "form": {_json(report.form)},\n'
    yield f'      "report": {_json(particulars)},\n'
    yield f'      "tables": {_entries(tables)},\n'
    yield f'      "cells": {_entries({name: _cell(cell) for name, cell in report.cells.items()})},\n'
    broken = ",\n".join(f"        {_json(list(relation))}" for relation in sorted(report.broken))
    yield f'      "broken": [\n{broken}\n      ]\n' if broken else '      "broken": []\n'
    yield "    }"


def _cell(cell: TrueCell) -> dict[str, Any]:
    entry: dict[str, Any] = {"value": cell.value, "state": cell.state.value, "raw": cell.raw}
    if cell.noise is not None:
        entry["noise"] = cell.noise
    if cell.span is not None:
        entry["span"] = list(cell.span)
    return entry


def _entries(mapping: Mapping[str, Any]) -> str:
    lines = ",\n".join(f"        {_json(name)}: {_json(value)}" for name, value in mapping.items())
    return f"{{\n{lines}\n      }}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Truth]:
    return TypeAdapter(Truth)


def problems(fixture: Fixture, forms: Forms) -> tuple[str, ...]:
    """What is wrong with the fixture, one line each; empty where nothing is."""
    return tuple(_problems(fixture, forms))


def _problems(fixture: Fixture, forms: Forms) -> Iterator[str]:
    if not fixture.truth.reports:
        yield said("it holds no report")
    text: str | None = None
    try:
        text = open_document(fixture.document.read_bytes(), fixture.document.name).text
    except (OSError, DocumentError) as error:
        yield said("the document cannot be read: {error}", error=error)
    several = len(fixture.truth.reports) > 1
    for number, report in enumerate(fixture.truth.reports, start=1):
        place = f"report {number}: " if several else ""
        for problem in _report_problems(report, forms[report.form], text):
            yield place + problem


def _report_problems(report: TrueReport, form: Form, text: str | None) -> Iterator[str]:
    if tuple(report.tables) != form.table_ids:
        yield said("its tables must be {table_ids}, in this order", table_ids=", ".join(form.table_ids))
        return
    tables = report.form_tables(form)
    misnamed = list(_id_problems(report, tables))
    yield from misnamed
    for cell_id, cell in report.cells.items():
        for problem in _cell_problems(cell, text):
            yield f"{cell_id}: {problem}"
    yield from _shared_places(report)
    if not misnamed:
        yield from _missing_problems(report, tables)
        yield from _relation_problems(report, form, tables)


def _id_problems(report: TrueReport, tables: tuple[Table, ...]) -> Iterator[str]:
    for table in tables:
        expected = table.cell_ids()
        given = [cell_id for cell_id in report.cells if CellId(cell_id).table == table.id]
        for cell_id in given:
            if cell_id not in expected:
                yield said(
                    "the form's edition {edition} has no cell {cell_id!r}",
                    edition=table.edition,
                    cell_id=cell_id,
                )
        for cell_id in expected:
            if cell_id not in report.cells:
                yield said("the cell {cell_id!r} is left out", cell_id=cell_id)
    for cell_id in report.cells:
        if CellId(cell_id).table not in report.tables:
            yield said("the form has no table for the cell {cell_id!r}", cell_id=cell_id)


def _cell_problems(cell: TrueCell, text: str | None) -> Iterator[str]:
    if (cell.value is not None) != (cell.state is CellState.REPORTED):
        yield said(
            "a cell in state {value} cannot have the value {value_2}",
            value=cell.state.value,
            value_2=cell.value,
        )
    printed = cell.state not in (CellState.BLANK, CellState.MISSING)
    if printed and not cell.raw:
        yield said("a cell in state {value} must say what is printed", value=cell.state.value)
    if not printed and cell.raw:
        yield said("a cell in state {value} cannot print {raw!r}", value=cell.state.value, raw=cell.raw)
    if cell.raw != collapse(cell.raw):
        yield said("the printed string {raw!r} holds white space to collapse", raw=cell.raw)
    if cell.span is not None and text is not None:
        start, end = cell.span
        held = text[start:end] if 0 <= start <= end else ""
        if not held or held != held.strip() or collapse(held) != cell.raw:
            yield said(
                "its span {start} to {end} holds {held!r}, not {raw!r}",
                start=start,
                end=end,
                held=held[:40],
                raw=cell.raw,
            )


def _shared_places(report: TrueReport) -> Iterator[str]:
    taken = sorted((cell.span, cell_id) for cell_id, cell in report.cells.items() if cell.span)
    for (left, first), (right, second) in pairwise(taken):
        if right[0] < left[1]:
            yield said("{first} and {second} share a place", first=first, second=second)


def _missing_problems(report: TrueReport, tables: tuple[Table, ...]) -> Iterator[str]:
    for table in tables:
        printed = any(report.cells[cell].state is not CellState.MISSING for cell in table.cell_ids())
        if printed and not report.tables[table.id].found:
            yield said("the table {id!r} is not found, and yet cells of it are not missing", id=table.id)


def _relation_problems(report: TrueReport, form: Form, tables: tuple[Table, ...]) -> Iterator[str]:
    relations = form.relations_over(tables)
    broken, _ = assess(relations, report.cells)
    for rule, scope in sorted(broken - report.broken):
        yield said("its numbers break {rule} ({scope}), and it does not say so", rule=rule, scope=scope)
    known = {(relation.rule, relation.scope) for relation in relations}
    for rule, scope in sorted(report.broken - broken):
        reason = (
            said("its numbers do not break it")
            if (rule, scope) in known
            else said("the form has no such relation")
        )
        yield said("it says that {rule} ({scope}) is broken: {reason}", rule=rule, scope=scope, reason=reason)
