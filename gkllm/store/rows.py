"""A report as rows of the store's tables."""

import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, TableClause, select

from gkllm.form import CellId
from gkllm.report import Claim, Report, Suggestion, Violation
from gkllm.store.tables import (
    CANDIDATES,
    CELLS,
    CLAIMS,
    DOUBTS,
    FORM_CELLS,
    REPORT_TABLES,
    SUGGESTIONS,
    VIOLATIONS,
)

Row = dict[str, Any]
Values = tuple[object, ...]

_LEVEL = 1
"""Of zlib: a line of 133 kB becomes 8.7 kB in 0.3 ms; level 6 makes 6.9 kB of it in 0.6 ms."""


def report_row(report: Report, line: bytes) -> Row:
    """The report's own row, without its reading and its place there; `line` is its JSON."""
    source, about, part = report.source, report.report, report.source.part
    return {
        "source": source.name,
        "sha256": source.sha256,
        "part": part.number if part else None,
        "parts": part.of if part else None,
        "media_type": source.media_type,
        "form": report.form,
        "title": about.title,
        "issuer": about.issuer,
        "year": about.year,
        "published": about.published,
        "cells": len(report.cells),
        "to_review": sum(cell.needs_review for cell in report.cells),
        "broken": sum(violation.severity == "error" for violation in report.violations),
        "model": report.usage.model,
        "calls": report.usage.calls,
        "prompt_tokens": report.usage.prompt_tokens,
        "completion_tokens": report.usage.completion_tokens,
        "json": zlib.compress(line, _LEVEL),
    }


def line_of(compressed: bytes) -> bytes:
    """The report's JSON, as it was given."""
    return zlib.decompress(compressed)


def form_cell_row(form: str, cell: str, label: str) -> Row:
    """A cell of a form, as the store's reports name it."""
    name = CellId(cell)
    return {
        "form": form,
        "cell": cell,
        "label": label,
        "form_table": name.table,
        "form_row": name.row,
        "form_column": name.column,
    }


def rows_of(
    report: Report, report_id: int, cell_ids: Mapping[tuple[str, str], int]
) -> Mapping[TableClause, Sequence[Values]]:
    """What the report holds, table by table, parents first, in the order of the tables' columns.

    `cell_ids` are those of its (cell, label).
    """
    cells = list(enumerate(report.cells))
    violations = list(enumerate(report.violations))
    return {
        REPORT_TABLES: [(report_id, name, info.found, info.edition) for name, info in report.tables.items()],
        CELLS: [
            (
                report_id,
                position,
                cell_ids[cell.id, cell.label],
                _text(cell.raw),
                cell.value,
                cell.state.value,
                cell.reading,
                cell.confidence,
                cell.needs_review,
                cell.span.start if cell.span else None,
                cell.span.end if cell.span else None,
                cell.page,
                _json(cell.box) if cell.box else None,
            )
            for position, cell in cells
        ],
        CANDIDATES: [
            (report_id, place, position, candidate.value, candidate.reading)
            for place, cell in cells
            if len(cell.candidates) > 1
            for position, candidate in enumerate(cell.candidates)
        ],
        DOUBTS: [
            (report_id, place, position, doubt.kind.value, _text(_json(dict(doubt.detail))))
            for place, cell in cells
            for position, doubt in enumerate(cell.doubts)
        ],
        VIOLATIONS: [_violation(report_id, position, violation) for position, violation in violations],
        SUGGESTIONS: [
            (report_id, place, position, suggestion.cost, _changes(suggestion))
            for place, violation in violations
            for position, suggestion in enumerate(violation.suggestions)
        ],
        CLAIMS: [_claim(report_id, position, claim) for position, claim in enumerate(report.claims)],
    }


def _violation(report_id: int, position: int, violation: Violation) -> Values:
    return (
        report_id,
        position,
        violation.rule,
        violation.scope,
        violation.severity,
        violation.left,
        violation.right,
        violation.difference,
        violation.verdict.value,
        _json(violation.cells),
        _text(violation.message.en),
        _text(violation.message.zh),
        violation.quote and _text(violation.quote),
    )


def _changes(suggestion: Suggestion) -> str:
    return _json([change.model_dump(mode="json", by_alias=True) for change in suggestion.changes])


def _claim(report_id: int, position: int, claim: Claim) -> Values:
    return (
        report_id,
        position,
        claim.meaning,
        claim.value,
        _text(claim.quote),
        claim.certainty,
        claim.agrees,
        claim.reader,
        _json(claim.readings),
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _text(text: str) -> str:
    """PostgreSQL keeps no zero byte in a text; the report's JSON has the print as it is."""
    return text.replace("\0", "�")


_ABOUT = ("source", "title", "issuer", "year", "published", "form", "sha256", "part", "to_review", "broken")


def widen(connection: Connection) -> None:
    """Make the view anew, with a column for every cell that is known by now; within a transaction that writes."""
    f = FORM_CELLS.c
    ids: dict[str, list[int]] = {}
    for row in connection.execute(select(f.id, f.cell).order_by(f.id)):
        ids.setdefault(row.cell, []).append(row.id)
    about = ", ".join(f"r.{name}" for name in _ABOUT)
    values = ",\n".join(
        f'max(CASE WHEN c.cell_id IN ({", ".join(map(str, known))}) THEN c.value END) AS "{_quoted(cell)}"'
        for cell, known in ids.items()
    )
    connection.exec_driver_sql("DROP VIEW IF EXISTS reports_wide")
    connection.exec_driver_sql(
        f"CREATE VIEW reports_wide AS SELECT r.id AS report_id, {about},\n{values}\n"
        f"FROM current_reports AS r JOIN cells AS c ON c.report_id = r.id GROUP BY r.id, {about}",
        execution_options={"no_parameters": True},
    )


def _quoted(name: str) -> str:
    return name.replace('"', '""')
