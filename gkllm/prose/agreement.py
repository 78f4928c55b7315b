"""Claims held against the tables: what agrees, what is said about what does not, and what fills cells not printed.

What a sentence fills is always for a person to confirm.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Literal

from gkllm.checking.evaluate import TOLERANCE, Number
from gkllm.data_file import shipped_toml
from gkllm.documents.document import Document
from gkllm.facts import Doubt, DoubtKind
from gkllm.form import CellId, Form
from gkllm.judge import judge_again
from gkllm.language import Language
from gkllm.prose.meanings import Meanings
from gkllm.prose.passages import quote
from gkllm.reading.numerals import CellText, NumeralReading
from gkllm.reading.placed import PlacedCell, TableReading
from gkllm.record import record_of
from gkllm.report import Cell, CellState, Claim, Message, Report, Verdict, Violation
from gkllm.wording import sentences

RULE = "prose.agrees"
_MOST_READINGS = 256


def with_claims(report: Report, form: Form, claims: Sequence[Claim]) -> Report:
    """The report with its claims judged: those that no admissible reading satisfies are violations.

    A violation is an error only where the sentence's scope is explicit, no other sentence says otherwise, and the
    relations of the tables hold over the cells; then the cells go to review. Else it is advice.
    """
    standing = tuple(violation for violation in report.violations if violation.rule != RULE)
    if not claims:
        return report.model_copy(update={"violations": standing, "claims": ()})
    cells = {cell.id: cell for cell in report.cells}
    judged = tuple(_judged_claim(claim, cells, report.language) for claim in claims)
    broken = {cell for violation in standing if violation.severity == "error" for cell in violation.cells}
    stated: dict[str, set[Number]] = {}
    for claim in judged:
        stated.setdefault(claim.meaning, set()).add(claim.value)
    contested = {meaning for meaning, values in stated.items() if len(values) > 1}
    found = [_violation(claim, contested, cells, broken) for claim in judged if claim.agrees is False]
    differing = {cell: _doubt(v) for v in found if v.severity == "error" for cell in v.cells}
    return report.model_copy(
        update={
            "claims": judged,
            "violations": (*standing, *found),
            "cells": tuple(_judged(cell, form, differing.get(cell.id), report) for cell in report.cells),
        }
    )


def _judged_claim(claim: Claim, cells: Mapping[str, Cell], language: Language) -> Claim:
    told = {"agrees": _agrees(claim, cells), "reasons": sentences(claim.doubts, language)}
    return claim.model_copy(update=told)


def _agrees(claim: Claim, cells: Mapping[str, Cell]) -> bool | None:
    sums = [_sum(reading, cells) for reading in claim.readings]
    if any(total is not None and abs(total - claim.value) < TOLERANCE for total in sums):
        return True
    return None if not sums or None in sums else False


def _sum(reading: Iterable[str], cells: Mapping[str, Cell]) -> Number | None:
    total: Number = 0
    for cell_id in reading:
        cell = cells.get(cell_id)
        # A cell that was read from a sentence cannot confirm one.
        if cell is None or cell.state in (CellState.MISSING, CellState.UNREADABLE) or cell.reading == READING:
            return None
        total += cell.value or 0
    return total


def _violation(
    claim: Claim, contested: Collection[str], cells: Mapping[str, Cell], broken: set[str]
) -> Violation:
    reading = claim.readings[0]
    clean = broken.isdisjoint(cell for cells_of in claim.readings for cell in cells_of)
    severity: Literal["error", "advice"] = (
        "error" if claim.certainty == "explicit" and clean and claim.meaning not in contested else "advice"
    )
    right = _sum(reading, cells) or 0
    return Violation(
        rule=RULE,
        scope=claim.meaning,
        severity=severity,
        left=claim.value,
        right=right,
        difference=claim.value - right,
        cells=reading,
        verdict=_verdict(claim, cells),
        message=Message(
            en=_sentence("en", claim, severity, cells), zh=_sentence("zh", claim, severity, cells)
        ),
        quote=claim.quote,
    )


def _sentence(language: str, claim: Claim, severity: str, cells: Mapping[str, Cell]) -> str:
    templates: dict[str, str] = shipped_toml("gkllm.prose", "sentences.toml")[language]
    reading = claim.readings[0]
    template = templates["cell" if len(reading) == 1 else "sum"]
    words = {"label": cells[reading[0]].label, "more": len(reading) - 1, "count": len(reading)}
    return templates["violation"].format(
        left=claim.value,
        quote=claim.quote,
        cells=template.format(**words),
        right=_sum(reading, cells),
        advice=templates[severity],
    )


def _verdict(claim: Claim, cells: Mapping[str, Cell]) -> Verdict:
    """Suspect, where other readings of the printed cells give the number that the sentence states."""
    for reading in claim.readings:
        options = [[c.value for c in cells[cell].candidates] or [0] for cell in reading]
        size = 1
        for values in options:
            size *= len(values)
        if size <= _MOST_READINGS and any(abs(sum(v) - claim.value) < TOLERANCE for v in product(*options)):
            return Verdict.SUSPECT_READING
    return Verdict.SOURCE_INCONSISTENCY


def _doubt(violation: Violation) -> Doubt:
    return Doubt.of(DoubtKind.SENTENCE_DIFFERS, value=violation.left or 0, quote=violation.quote or "")


def _judged(cell: Cell, form: Form, doubt: Doubt | None, report: Report) -> Cell:
    """The cell, judged again where what sentences hold against it is not what they did."""
    before = tuple(known for known in cell.doubts if known.kind is DoubtKind.SENTENCE_DIFFERS)
    now = (doubt,) if doubt else ()
    if before == now:
        return cell
    record = record_of(cell, form)
    record.facts = (*(fact for fact in record.facts if fact not in before), *now)
    return judge_again(record, report)


READING = "prose"


def filled_tables(
    document: Document,
    readings: Mapping[str, TableReading],
    absent: Collection[str],
    claims: Iterable[Claim],
    meanings: Meanings,
) -> dict[str, TableReading]:
    """The readings, with what claims say of the cells of the `absent` tables, which no reader found.

    Only claims of a sure scope count, whose plain reading is one cell or whose number is zero. Two that contradict
    each other fill nothing.
    """
    stated: dict[str, list[Claim]] = {}
    for claim in claims:
        for cell in _cells_of(claim, meanings):
            if CellId(cell).table in absent:
                stated.setdefault(cell, []).append(claim)
    filled = dict(readings)
    for cell, about in stated.items():
        reading = filled[CellId(cell).table]
        if len({claim.value for claim in about}) > 1:
            values = ", ".join(f"{claim.value:g}" for claim in about)
            doubt = Doubt.of(DoubtKind.SENTENCES_DIFFER, cell=cell, values=values)
            filled[reading.table.id] = replace(reading, doubts=(*reading.doubts, doubt))
        else:
            cells = {**reading.cells, cell: _placed(document, about[0])}
            filled[reading.table.id] = replace(reading, cells=cells)
    return filled


def is_filled(reading: TableReading) -> bool:
    """Whether a table that was not found has cells all the same."""
    return not reading.found and any(placed.present for placed in reading.cells.values())


def _cells_of(claim: Claim, meanings: Meanings) -> tuple[str, ...]:
    if claim.certainty == "unsure" or not claim.readings:
        return ()
    plain = claim.readings[0]
    if claim.value == 0:
        # A count is never negative, so where a sum is zero each of its terms is.
        return plain
    fills = meanings.meaning(claim.meaning.partition(".")[0]).fills
    return plain if fills and len(plain) == 1 else ()


def _placed(document: Document, claim: Claim) -> PlacedCell:
    place = claim.number or claim.span
    span = (place.start, place.end)
    read_as = CellText(CellState.REPORTED, (NumeralReading(claim.value, READING, 0.0),))
    doubt = Doubt.of(DoubtKind.FROM_SENTENCE, quote=claim.quote)
    return PlacedCell(
        quote(document, span), span, 1.0, (doubt,), place=document.place_of(span[0]), read_as=read_as
    )
